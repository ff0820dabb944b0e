// A frame that a client makes in a memfd and hands to a server, which must not trust the client.
//
//     PROGRAM client|server --at DIRECTORY
//
// The client writes its process id into DIRECTORY/client and the frame's descriptor beside it; the server
// opens the frame by /proc. A frame is a header, which says how many bytes follow, and the bytes. The server
// checks the frame, and then uses it; it tells by "answer" 1 for a frame that it used and 0 for one that it
// refused, and by "used" the length that it went by. A client that means harm cuts the frame between the two,
// or changes its header: a fault that says "fail" at client.cuts or client.rewrites makes it such a client.
// Exit status: 0 done, 2 wrong usage or no frame, 3 the server went beyond what it had checked.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "probe/probe.h"

namespace memfd {

constexpr size_t kFrameBytes = 2 * 65536;      // two of the largest pages
constexpr uint32_t kStated = kFrameBytes / 2;  // so that a quarter of the frame is not enough

struct Header {
  std::atomic<uint32_t> length;  // of the bytes that follow, as the client states it
};

struct Program;

struct Run {
  const Program& program;
  const char* at;
  int fd = -1;
  unsigned char* frame = nullptr;
};

// The steps in which variants differ.
struct Program {
  // The client's: how the descriptor is made, and what is sealed before it is handed over.
  unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  bool (*seal)(const Run& run);
  // The server's: whether the frame may be used.
  bool (*is_acceptable)(const Run& run);
  // The server's: the length that it goes by, asked for after it has checked it.
  uint32_t (*length)(const Run& run, uint32_t checked);
};

// --- the right way

constexpr int kFixed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;

// A writable mapping anywhere forbids the write seal (EBUSY), so that of the client goes first.
inline bool seal_all(const Run& run) {
  const int error = fcntl(run.fd, F_ADD_SEALS, kFixed) == 0 ? 0 : errno;
  const int64_t told = error;
  harness_observe("sealed", 1, &told);
  return error == 0;
}

// Seals are the file's and not a descriptor's, so nobody can take them back; and only with them what was
// checked stays as it is.
inline bool is_sealed_and_large_enough(const Run& run) {
  const int seals = fcntl(run.fd, F_GET_SEALS);
  struct stat status;
  return seals >= 0 && (seals & kFixed) == kFixed && fstat(run.fd, &status) == 0 &&
         static_cast<size_t>(status.st_size) >= kFrameBytes;
}

inline uint32_t as_checked(const Run&, uint32_t checked) { return checked; }

inline Program right_program() {
  return {.seal = seal_all, .is_acceptable = is_sealed_and_large_enough, .length = as_checked};
}

// --- between the two

inline void path_of(const Run& run, char (&path)[256]) { snprintf(path, sizeof path, "%s/client", run.at); }

struct Note {
  int32_t pid;
  int32_t fd;
};

inline bool hand_over(const Run& run) {
  char path[256];
  path_of(run, path);
  const Note note{.pid = getpid(), .fd = run.fd};
  const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const bool is_written = file >= 0 && write(file, &note, sizeof note) == sizeof note;
  if (file >= 0) close(file);
  return is_written;
}

inline int take_over(const Run& run) {
  char path[256];
  path_of(run, path);
  Note note{};
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  const bool is_read = file >= 0 && read(file, &note, sizeof note) == sizeof note;
  if (file >= 0) close(file);
  if (!is_read) return -1;
  snprintf(path, sizeof path, "/proc/%d/fd/%d", note.pid, note.fd);
  return open(path, O_RDONLY | O_CLOEXEC);
}

inline unsigned char* map(int fd, int protection) {
  void* memory = mmap(nullptr, kFrameBytes, protection, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<unsigned char*>(memory);
}

inline Header& header_of(const Run& run) { return *reinterpret_cast<Header*>(run.frame); }

// --- the client

// A writable mapping that the client has kept, where a variant lets it keep one.
inline unsigned char* kept_mapping = nullptr;

// What a client does that means harm, as far as it can.
inline void rewrite(const Run& run) {
  const uint32_t hostile = 1U << 30;
  if (kept_mapping != nullptr) {
    reinterpret_cast<Header*>(kept_mapping)->length.store(hostile);
  } else if (pwrite(run.fd, &hostile, sizeof hostile, 0) < 0)
    HARNESS_PROBE("rewrite.refused");
}

inline void cut(const Run& run) {
  if (ftruncate(run.fd, kFrameBytes / 4) != 0) HARNESS_PROBE("cut.refused");
}

inline int work_as_client(Run& run) {
  run.fd = memfd_create("frame", run.program.flags);
  if (run.fd < 0 || ftruncate(run.fd, kFrameBytes) != 0) return 2;
  run.frame = map(run.fd, PROT_READ | PROT_WRITE);
  if (run.frame == nullptr) return 2;
  header_of(run).length.store(kStated);
  munmap(run.frame, kFrameBytes);
  run.frame = nullptr;
  run.program.seal(run);
  if (!hand_over(run)) return 2;
  HARNESS_PROBE("frame.handed-over");
  if (HARNESS_PROBE("client.cuts")) cut(run);
  if (HARNESS_PROBE("client.rewrites")) rewrite(run);
  HARNESS_PROBE("client.done");
  return 0;
}

// --- the server

// Reads the last byte of the frame, as it would use all of them.
inline int use(const Run& run, uint32_t checked) {
  const uint32_t length = run.program.length(run, checked);
  const int64_t told = length;
  harness_observe("used", 1, &told);
  if (length > kStated) return 3;
  const volatile unsigned char* bytes = run.frame + sizeof(Header);
  return bytes[length - 1] == 0 ? 0 : 3;
}

inline int answer(int64_t is_used, int status) {
  harness_observe("answer", 1, &is_used);
  return status;
}

inline int work_as_server(Run& run) {
  run.fd = take_over(run);
  if (run.fd < 0) return 2;
  HARNESS_PROBE("frame.taken");
  if (!run.program.is_acceptable(run)) return answer(0, 0);
  run.frame = map(run.fd, PROT_READ);
  if (run.frame == nullptr) return 2;
  const uint32_t checked = header_of(run).length.load();
  if (checked > kStated) return answer(0, 0);
  HARNESS_PROBE("frame.checked");
  return answer(1, use(run, checked));
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  if (argc != 4 || strcmp(argv[2], "--at") != 0) return 2;
  Run run{.program = program, .at = argv[3]};
  return strcmp(argv[1], "client") == 0 ? work_as_client(run) : work_as_server(run);
}

}  // namespace memfd

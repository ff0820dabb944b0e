// Jobs in a file, DIRECTORY/jobs, and an event counter that rings when one has come (eventfd(2)). How many
// jobs have been taken stands in DIRECTORY/taken, mapped by every receiver, so that it outlives the one that
// took them.
#pragma once

#include <sys/eventfd.h>
#include <sys/mman.h>

#include <atomic>

#include "../common/message/readiness.h"

namespace bell_link {

using messages::Incoming;
using messages::Run;

constexpr int kBell = 3;  // the descriptor of the counter that the program is started with

inline int open_file(const messages::Options& options, const char* name, int flags) {
  char path[messages::kPathMax];
  messages::path_of(options, name, path);
  return open(path, flags | O_CREAT | O_CLOEXEC, 0600);
}

inline bool never_block() {
  const int flags = fcntl(kBell, F_GETFL);
  return flags >= 0 && fcntl(kBell, F_SETFL, flags | O_NONBLOCK) == 0;
}

// --- jobs

inline std::atomic<int64_t>* map_taken(const messages::Options& options) {
  const int fd = open_file(options, "taken", O_RDWR);
  if (fd < 0 || ftruncate(fd, sizeof(int64_t)) != 0) return nullptr;
  void* memory = mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return memory == MAP_FAILED ? nullptr : static_cast<std::atomic<int64_t>*>(memory);
}

inline std::atomic<int64_t>*& taken() {
  static std::atomic<int64_t>* count = nullptr;
  return count;
}

// All jobs are of one size, so that each has its place in the file.
inline ssize_t read_job(Run& run, Incoming& incoming) {
  const size_t size = messages::bytes_of(run.options);
  const int64_t next = taken()->load();
  const ssize_t count =
      pread(run.queue, incoming.bytes, size, static_cast<off_t>(next) * static_cast<off_t>(size));
  if (count != static_cast<ssize_t>(size)) return -EAGAIN;
  taken()->store(next + 1);
  return count;
}

inline bool append_job(const Run& run, const unsigned char* bytes, size_t count) {
  return write(run.queue, bytes, count) == static_cast<ssize_t>(count);
}

// --- the bell

// The largest that a counter can hold is 2^64-2.
constexpr uint64_t kFull = UINT64_MAX - 1;

// The first ring may fill the counter to the brim, as a very long absence of the receiver would.
inline uint64_t strength(const Run& run) {
  static bool is_first = true;
  const bool is_loud = is_first && run.options.large > 0;
  is_first = false;
  return is_loud ? kFull : 1;
}

inline int ring(const Run& run) {
  const uint64_t times = strength(run);
  return write(kBell, &times, sizeof(times)) < 0 ? errno : 0;
}

// How often it has rung since it was looked at; 0 when it has not.
inline uint64_t listen_to_bell() {
  uint64_t times = 0;
  if (read(kBell, &times, sizeof(times)) < 0) return 0;
  HARNESS_PROBE("token.taken");
  return times;
}

// --- the transport

inline int open_to_send(Run& run) {
  run.queue = open_file(run.options, "jobs", O_WRONLY | O_APPEND);
  return run.queue >= 0 && never_block() ? 0 : errno;
}

inline int open_to_receive(Run& run) {
  run.queue = open_file(run.options, "jobs", O_RDONLY);
  taken() = map_taken(run.options);
  return run.queue >= 0 && taken() != nullptr && never_block() ? 0 : errno;
}

// A counter that is full (EAGAIN) has rung: whoever hears it finds this job too.
inline int send(Run& run, const unsigned char* bytes, size_t count, unsigned) {
  if (!append_job(run, bytes, count)) return errno;
  const int error = ring(run);
  if (error == EAGAIN) HARNESS_PROBE("bell.full");
  return error == EAGAIN ? 0 : error;
}

// The bell only wakes. What there is to do is asked of the jobs themselves, after it was quietened: else one
// that comes in between would be slept through.
inline ssize_t receive(Run& run, Incoming& incoming) {
  listen_to_bell();
  return read_job(run, incoming);
}

inline int descriptors(Run&, pollfd* waiting, short events) {
  waiting[0] = {.fd = kBell, .events = events, .revents = 0};
  return 1;
}

inline void forget(Run&) {}

inline messages::Transport transport() {
  return {.open_to_send = open_to_send,
          .open_to_receive = open_to_receive,
          .send = send,
          .receive = receive,
          .descriptors = descriptors,
          .forget = forget,
          .abandon = messages::nothing_to_abandon};
}

// Never reads the counter: each ring is a new edge, whether or not the last was read.
inline ssize_t receive_unread(Run& run, Incoming& incoming) { return read_job(run, incoming); }

inline messages::Transport unread_transport() {
  messages::Transport unread = transport();
  unread.receive = receive_unread;
  return unread;
}

}  // namespace bell_link

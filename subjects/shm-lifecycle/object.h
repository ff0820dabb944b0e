// A shared memory object from its making to its end, between a maker and a user.
//
//     PROGRAM maker|successor|user|cutter --name /NAME
//
// The maker makes an object of two pages and writes the same version into both, three times; the user maps it
// and tells by "fields" the versions that it found in the two pages, each time it looks. A successor is a
// maker that is started again, and a cutter a process that makes the object shorter. Exit status: 0 done, 2
// wrong usage or no object, 3 the object is not whole, and was left alone, 4 there is no room for it, and its
// name was taken away.
//
// Whoever touches a page beyond the end of an object gets SIGBUS (mmap(2)).
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "probe/probe.h"

namespace shm_lifecycle {

// By the largest page that Linux has on the machines in question.
constexpr size_t kPage = 65536;
constexpr int kVersions = 3;

struct Half {
  std::atomic<int64_t> version;
  std::atomic<int64_t> users;
  unsigned char rest[kPage - 2 * sizeof(int64_t)];
};

struct Object {
  Half first;
  Half second;
  std::atomic<uint32_t> is_whole;  // in the second page: what is not sized cannot be whole
};

struct Program;

struct Run {
  const Program& program;
  const char* name;
  int fd = -1;
  Object* object = nullptr;
};

// The steps in which variants differ.
struct Program {
  // The maker's: a descriptor of an object that is its own.
  int (*open_to_make)(const Run& run);
  // The maker's: gives the object its size. False where there is no room for it.
  bool (*size)(const Run& run);
  // The user's: a descriptor of an object that has its size.
  int (*open_to_use)(const Run& run);
  // How the user maps it.
  int mapping_flags = MAP_SHARED;
  // The user's: reads both halves. False when they are not there any more.
  bool (*read)(const Run& run, int64_t (&versions)[2]);
};

// --- the right way

// A predecessor that died left its object and its last bytes: its name is taken away, and the object is
// another one. That no predecessor lives is told by the object itself, which all that use it have locked
// (flock(2)).
inline bool is_used(const char* name) {
  const int fd = shm_open(name, O_RDWR, 0);
  if (fd < 0) return false;
  const bool used = flock(fd, LOCK_EX | LOCK_NB) != 0;
  close(fd);
  return used;
}

inline int make_another(const Run& run) {
  if (is_used(run.name)) return -1;
  shm_unlink(run.name);
  return shm_open(run.name, O_CREAT | O_EXCL | O_RDWR, 0600);
}

// ftruncate(2) only says how long the object is: its pages are taken at the first touch, and where there are
// none left that is SIGBUS. posix_fallocate(3) takes them now, or says ENOSPC.
inline bool take_pages(const Run& run) {
  int error = EINTR;
  while (error == EINTR) error = posix_fallocate(run.fd, 0, sizeof(Object));
  const int64_t told = error;
  if (error != 0) harness_observe("size", 1, &told);
  return error == 0;
}

// One that has lost its name will never be sized any more, unless it is by now.
inline bool has_its_size(int fd, bool& has_name) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return false;
  has_name = status.st_nlink > 0;
  return static_cast<size_t>(status.st_size) >= sizeof(Object);
}

inline bool wait_until_sized(int fd) {
  bool has_name = true;
  while (!has_its_size(fd, has_name)) {
    if (!has_name) return false;
    HARNESS_PROBE("object.not-sized");
    sched_yield();
  }
  return true;
}

inline int open_when_sized(const Run& run) {
  for (;;) {
    const int fd = shm_open(run.name, O_RDWR, 0);
    if (fd < 0 && errno != ENOENT) return -1;
    if (fd >= 0 && wait_until_sized(fd)) return fd;
    if (fd >= 0) close(fd);
    sched_yield();
  }
}

// A system call that is given a page that is gone fails with EFAULT, and ends nobody: the halves are copied
// by the kernel through a pipe. Looking at the size before would leave a moment in between.
inline bool copy_by_kernel(const std::atomic<int64_t>& from, int64_t& to) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  const ssize_t written = write(ends[1], &from, sizeof(to));
  const int64_t error = written < 0 ? errno : 0;
  if (written < 0) harness_observe("copy", 1, &error);
  const bool is_copied = written == sizeof(to) && read(ends[0], &to, sizeof(to)) == sizeof(to);
  close(ends[0]);
  close(ends[1]);
  return is_copied;
}

inline bool read_by_kernel(const Run& run, int64_t (&versions)[2]) {
  return copy_by_kernel(run.object->first.version, versions[0]) &&
         copy_by_kernel(run.object->second.version, versions[1]);
}

// Right where nobody can make the object shorter.
inline bool read_directly(const Run& run, int64_t (&versions)[2]) {
  versions[0] = run.object->first.version.load();
  versions[1] = run.object->second.version.load();
  return true;
}

inline Program right_program() {
  return {.open_to_make = make_another,
          .size = take_pages,
          .open_to_use = open_when_sized,
          .read = read_directly};
}

// --- the roles

inline bool map(Run& run, int flags) {
  void* memory = mmap(nullptr, sizeof(Object), PROT_READ | PROT_WRITE, flags, run.fd, 0);
  run.object = static_cast<Object*>(memory);
  return memory != MAP_FAILED;
}

inline void write_version(Object& object, int64_t version) {
  object.first.version.store(version);
  HARNESS_PROBE("half-written");
  object.second.version.store(version);
}

inline int work_as_maker(Run& run) {
  HARNESS_PROBE("object.wanted");
  run.fd = run.program.open_to_make(run);
  if (run.fd < 0) return 2;
  flock(run.fd, LOCK_SH | LOCK_NB);
  HARNESS_PROBE("object.made");
  if (!run.program.size(run)) {
    shm_unlink(run.name);
    return 4;
  }
  if (!map(run, MAP_SHARED)) return 2;
  HARNESS_PROBE("object.sized");
  const int64_t found[2] = {run.object->first.version.load(), run.object->second.version.load()};
  harness_observe("fields", 2, found);
  for (int64_t version = 1; version <= kVersions; ++version) write_version(*run.object, version);
  run.object->is_whole.store(1);
  HARNESS_PROBE("object.whole");
  shm_unlink(run.name);
  return 0;
}

// It looks when the object is whole, and so sees the same in both halves.
inline int work_as_user(Run& run) {
  HARNESS_PROBE("object.wanted");
  run.fd = run.program.open_to_use(run);
  if (run.fd < 0 || !map(run, run.program.mapping_flags)) return 2;
  flock(run.fd, LOCK_SH | LOCK_NB);
  HARNESS_PROBE("object.mapped");
  run.object->first.users.fetch_add(1);
  HARNESS_PROBE("object.marked");
  while (run.object->is_whole.load() == 0) sched_yield();
  HARNESS_PROBE("object.seen");
  int64_t versions[2] = {};
  if (!run.program.read(run, versions)) return 3;
  harness_observe("fields", 2, versions);
  harness_observe("version", 1, versions);
  return 0;
}

inline int work_as_cutter(Run& run) {
  run.fd = open_when_sized(run);
  if (run.fd < 0 || ftruncate(run.fd, kPage) != 0) return 2;
  HARNESS_PROBE("object.cut");
  return 0;
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  if (argc != 4 || strcmp(argv[2], "--name") != 0) return 2;
  Run run{.program = program, .name = argv[3]};
  if (strcmp(argv[1], "user") == 0) return work_as_user(run);
  if (strcmp(argv[1], "cutter") == 0) return work_as_cutter(run);
  return work_as_maker(run);
}

}  // namespace shm_lifecycle

// A worker that says when it is about to crash, and a standby that takes over from it.
//
//     PROGRAM worker|standby DIRECTORY        descriptor 3: the pipe from the worker to the standby
//
// The worker has the lock on DIRECTORY/lock and 64 MiB of memory, of which its crash (SIGABRT) leaves a core
// file in DIRECTORY. Its handler says so by one byte; the pipe ends with the worker. All that follows from a
// death comes after the core is written: the end of the pipe, and the lock's release. Told by the standby
// when it takes over: "take-over", 0 or the errno of taking the lock, and "core", 1 where a whole core file
// is there exactly if the crash was announced. Exit status: 0 done, 2 no directory or no core file allowed.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "probe/probe.h"

namespace standby {

constexpr int kPipe = 3;
constexpr size_t kMemory = 64U << 20;
constexpr char kDying = 'd';
constexpr char kDone = 'e';

// Returns when the standby believes that the worker has ended, of which it has read that it is about to.
using Await = void (*)();

inline int open_lock() { return open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600); }

inline bool allow_core_file() {
  rlimit core{};
  getrlimit(RLIMIT_CORE, &core);
  core.rlim_cur = core.rlim_max;
  return setrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max >= 2 * kMemory;
}

inline void say_and_crash(int) {
  const ssize_t said = write(kPipe, &kDying, 1);
  signal(SIGABRT, SIG_DFL);
  if (said == 1) abort();
  _exit(2);
}

inline int run_worker() {
  auto* memory = static_cast<char*>(malloc(kMemory));
  const int lock = open_lock();
  if (memory == nullptr || !allow_core_file() || flock(lock, LOCK_EX) != 0) return 2;
  memset(memory, 1, kMemory);
  signal(SIGABRT, say_and_crash);
  HARNESS_PROBE("lock.held");
  const bool is_said = write(kPipe, &kDone, 1) == 1;
  free(memory);
  return is_said ? 0 : 2;
}

inline void await_end() {
  char byte = 0;
  while (read(kPipe, &byte, 1) != 0) {
  }
}

inline bool is_core_whole() {
  struct stat core {};
  return stat("core", &core) == 0 && core.st_size > off_t{kMemory};
}

// `flags` as of flock(2), beside LOCK_EX.
inline int run_standby(Await await, int flags) {
  char word = 0;
  HARNESS_PROBE("word.awaited");
  const bool is_announced = read(kPipe, &word, 1) == 1 && word == kDying;
  if (is_announced) await();
  const int64_t taken = flock(open_lock(), LOCK_EX | flags) == 0 ? 0 : errno;
  const int64_t is_as_announced = is_core_whole() == is_announced ? 1 : 0;
  harness_observe("take-over", 1, &taken);
  harness_observe("core", 1, &is_as_announced);
  return 0;
}

// main() of every variant.
inline int run(Await await, int flags, int argc, char** argv) {
  if (argc != 3 || chdir(argv[2]) != 0) return 2;
  return strcmp(argv[1], "worker") == 0 ? run_worker() : run_standby(await, flags);
}

}  // namespace standby

// A named semaphore as a lock, and what a program that is started again does with the one that it finds.
//
//     PROGRAM owner|successor --at DIRECTORY --name /NAME [--rounds N]
//
// A named semaphore keeps its value over the death of all who used it (sem_overview(7)). Whether anybody uses
// it is told by a file that all users have locked with flock(2), which the kernel lets go of for the dead:
// whoever gets it for itself alone is the only one, and makes the semaphore anew. A second file is the gate
// through which all come and go one at a time. The counter is in a third.
#pragma once

#include <fcntl.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "probe/probe.h"

namespace named_sem {

struct Run {
  const char* at = ".";
  const char* name = "/harness-semaphore";
  int rounds = 2;
  int gate = -1;
  int users = -1;
  sem_t* semaphore = SEM_FAILED;
  int64_t* counter = nullptr;
};

// The step in which variants differ.
struct Program {
  // Opens the semaphore. False when it cannot.
  bool (*open_semaphore)(Run& run);
};

inline int open_file(const Run& run, const char* name) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", run.at, name);
  return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

inline bool lock_file(int fd, int how) {
  while (flock(fd, how) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

inline bool map_counter(Run& run) {
  const int fd = open_file(run, "counter");
  if (fd < 0 || ftruncate(fd, sizeof(int64_t)) != 0) return false;
  void* memory = mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  run.counter = static_cast<int64_t*>(memory);
  return memory != MAP_FAILED;
}

inline bool make_anew(Run& run) {
  sem_unlink(run.name);
  run.semaphore = sem_open(run.name, O_CREAT | O_EXCL, 0600, 1);
  return run.semaphore != SEM_FAILED;
}

inline bool use_what_is_there(Run& run) {
  run.semaphore = sem_open(run.name, 0);
  return run.semaphore != SEM_FAILED;
}

inline bool is_alone(const Run& run) { return lock_file(run.users, LOCK_EX | LOCK_NB); }

inline bool make_or_use(Run& run) { return is_alone(run) ? make_anew(run) : use_what_is_there(run); }

// Through the gate: opens the semaphore, and is one of its users from then on.
inline bool come(const Program& program, Run& run) {
  HARNESS_PROBE("semaphore.wanted");
  run.gate = open_file(run, "gate");
  run.users = open_file(run, "users");
  if (run.gate < 0 || run.users < 0 || !lock_file(run.gate, LOCK_EX)) return false;
  const bool is_open = map_counter(run) && program.open_semaphore(run) && lock_file(run.users, LOCK_SH);
  lock_file(run.gate, LOCK_UN);
  if (is_open) HARNESS_PROBE("semaphore.open");
  return is_open;
}

// The last one takes the name away.
inline void go(Run& run) {
  lock_file(run.gate, LOCK_EX);
  if (is_alone(run)) sem_unlink(run.name);
  close(run.users);
  close(run.gate);
}

inline bool one_round(const Run& run) {
  volatile int64_t& counter = *run.counter;
  HARNESS_PROBE("lock.wanted");
  harness_invoke("lock", 0);
  while (sem_wait(run.semaphore) != 0) {
    if (errno != EINTR) return false;
  }
  harness_ok("lock", 0, 0);
  HARNESS_PROBE("lock.held");
  harness_invoke("update", 0);
  const int64_t value = counter + 1;
  HARNESS_PROBE("half-updated");
  counter = value;
  harness_ok("update", 0, value);
  harness_invoke("unlock", 0);
  if (sem_post(run.semaphore) != 0) return false;
  harness_ok("unlock", 0, 0);
  HARNESS_PROBE("lock.released");
  return true;
}

inline bool read_options(int argc, char** argv, Run& run) {
  if (argc < 2 || argc % 2 != 0) return false;
  for (int i = 2; i < argc; i += 2) {
    if (strcmp(argv[i], "--at") == 0) {
      run.at = argv[i + 1];
    } else if (strcmp(argv[i], "--name") == 0) {
      run.name = argv[i + 1];
    } else if (strcmp(argv[i], "--rounds") == 0) {
      run.rounds = atoi(argv[i + 1]);
    } else {
      return false;
    }
  }
  return true;
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  Run run;
  if (!read_options(argc, argv, run) || !come(program, run)) return 2;
  for (int round = 0; round < run.rounds; ++round) {
    if (!one_round(run)) return 1;
  }
  go(run);
  return 0;
}

}  // namespace named_sem

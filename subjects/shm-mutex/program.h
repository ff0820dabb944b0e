// Program: the steps of a participant. This file has them right; a variant replaces the one in which it
// differs.
#pragma once

#include <pthread.h>

#include <cerrno>
#include <cstdint>

#include "probe/probe.h"
#include "record.h"

namespace shm_mutex {

// What the command line says.
struct Options {
  const char* role = "";
  const char* name = "/harness-shm-mutex";  // of the shared memory object
  int rounds = 2;
  int participants = 1;
  int patience_ms = 2000;  // how long a timed wait lasts before its participant looks again
};

struct Program;

// One participant at work.
struct Run {
  const Program& program;
  const Options& options;
  Record& record;
};

// The steps in which variants differ. Each does what its comment promises in the correct programs.
struct Program {
  // Chooses the kind of mutex that the owner makes.
  void (*choose_mutex)(pthread_mutexattr_t* attributes);
  // Takes the mutex: 0, EOWNERDEAD (taken, from one that died), or an errno when it was not taken.
  int (*acquire)(const Run& run);
  // Goes in: takes the lock and sees to it that the data is whole. False when the lock is not to be had.
  bool (*enter)(const Run& run);
  // Makes the data whole after EOWNERDEAD. May be begun again by the next who gets EOWNERDEAD.
  void (*repair)(Record& record);
  // Tells the mutex that the data is whole; without it, unlocking makes it useless for ever
  // (ENOTRECOVERABLE).
  void (*declare_consistent)(Record& record);
  // Does other things while it is inside, before the update. False when something is wrong.
  bool (*work_inside)(const Run& run);
  // Makes one update and lets the lock go. False when it cannot be let go.
  bool (*update_and_leave)(const Run& run);
  // Clears up when all rounds are done.
  void (*clean_up)(const Run& run);
};

// A mutex that works between processes, and whose next owner is told when the last one died inside.
inline void choose_robust(pthread_mutexattr_t* attributes) {
  pthread_mutexattr_setpshared(attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(attributes, PTHREAD_MUTEX_ROBUST);
}

// A mutex that works between processes as long as nobody dies inside.
inline void choose_plain(pthread_mutexattr_t* attributes) {
  pthread_mutexattr_setpshared(attributes, PTHREAD_PROCESS_SHARED);
}

inline int lock_mutex(const Run& run) { return pthread_mutex_lock(&run.record.mutex); }

// One try to take the lock, as an operation of the history.
inline int take_lock(const Run& run) {
  HARNESS_PROBE("lock.wanted");
  harness_invoke("lock", kLock);
  const int error = run.program.acquire(run);
  if (error == 0 || error == EOWNERDEAD) {
    harness_ok("lock", kLock, error);
  } else {
    harness_fail("lock", kLock, error);
  }
  return error;
}

inline bool release_lock(const Run& run) {
  harness_invoke("unlock", kLock);
  const int error = pthread_mutex_unlock(&run.record.mutex);
  if (error != 0) {
    harness_fail("unlock", kLock, error);
    return false;
  }
  harness_ok("unlock", kLock, 0);
  HARNESS_PROBE("lock.released");
  return true;
}

inline void recover(const Run& run) {
  recover(run.record, run.program.repair, run.program.declare_consistent);
}

// ETIMEDOUT says that the owner is slow, not that it is dead: it is asked again, but not for ever.
inline bool enter(const Run& run) {
  constexpr int kTriesMax = 20;
  int error = take_lock(run);
  for (int tries = 1; error == ETIMEDOUT && tries < kTriesMax; ++tries) error = take_lock(run);
  if (error == EOWNERDEAD) recover(run);
  return error == 0 || error == EOWNERDEAD;
}

// EINVAL, for a mutex that is not inconsistent, needs no answer (pthread_mutex_consistent(3)).
inline void declare_consistent(Record& record) { pthread_mutex_consistent(&record.mutex); }

inline bool no_other_work(const Run&) { return true; }

inline bool update_and_leave(const Run& run) {
  update(run.record);
  return release_lock(run);
}

inline void nothing_to_clean_up(const Run&) {}

// The program that all others are told from: pthread_mutex_lock on a robust, process-shared mutex.
inline Program robust_program() {
  return {.choose_mutex = choose_robust,
          .acquire = lock_mutex,
          .enter = enter,
          .repair = repair,
          .declare_consistent = declare_consistent,
          .work_inside = no_other_work,
          .update_and_leave = update_and_leave,
          .clean_up = nothing_to_clean_up};
}

// The same on a mutex that is not robust: right wherever no participant can die inside.
inline Program plain_program() {
  Program program = robust_program();
  program.choose_mutex = choose_plain;
  return program;
}

}  // namespace shm_mutex

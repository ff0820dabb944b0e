// Waiting, with the lock in hand, for what another participant does: the waiters wait for the owner's first
// update.
//
// A condition variable is not robust. Whoever dies after it has signalled and before it unlocks is reported
// by the mutex: the wait returns EOWNERDEAD, with the mutex taken. Whoever dies before it has signalled is
// reported by nobody: the wait needs a deadline.
#pragma once

#include <pthread.h>

#include <cerrno>
#include <ctime>

#include "participant.h"
#include "timed.h"

namespace shm_mutex {

// Whether the mutex is in our hands after a wait that came to `error` (pthread_cond_timedwait(3p)).
inline bool is_taken_after(int error) { return error == 0 || error == ETIMEDOUT || error == EOWNERDEAD; }

// Lets the lock go, sleeps, takes it again: told to the history as the unlock and the lock that it is.
inline int wait_once(Record& record, const timespec& deadline) {
  harness_invoke("unlock", kLock);
  const int error = pthread_cond_timedwait(&record.owner_is_done, &record.mutex, &deadline);
  harness_ok("unlock", kLock, 0);
  harness_invoke("lock", kLock);
  if (is_taken_after(error)) {
    harness_ok("lock", kLock, error == EOWNERDEAD ? EOWNERDEAD : 0);
  } else {
    harness_fail("lock", kLock, error);
  }
  return error;
}

// Until the owner has made its first update, or the last holder died, or patience is over: 0, EOWNERDEAD or
// ETIMEDOUT with the lock taken, another errno without it.
inline int wait_for_the_owner(const Run& run) {
  const timespec deadline = from_now(run.options.patience_ms);
  int error = 0;
  while (run.record.owner_has_updated == 0 && error == 0) error = wait_once(run.record, deadline);
  return error;
}

// From here on nobody waits any more.
inline void let_everybody_go_on(Record& record) {
  record.owner_has_updated = 1;
  pthread_cond_broadcast(&record.owner_is_done);
}

// After a death nobody can know whether the owner will ever signal, so nobody is left waiting for it.
inline void recover_and_go_on(const Run& run) {
  recover(run);
  let_everybody_go_on(run.record);
}

inline bool enter_after_the_owner(const Run& run) {
  int error = take_lock(run);
  if (error == 0 && !is_owner(run.options)) error = wait_for_the_owner(run);
  if (error == EOWNERDEAD) recover_and_go_on(run);
  return is_taken_after(error);
}

inline bool update_signal_and_leave(const Run& run) {
  update(run.record);
  if (is_owner(run.options)) {
    let_everybody_go_on(run.record);
    HARNESS_PROBE("signalled");
  }
  return release_lock(run);
}

inline Program condition_program() {
  Program program = robust_program();
  program.enter = enter_after_the_owner;
  program.update_and_leave = update_signal_and_leave;
  return program;
}

}  // namespace shm_mutex

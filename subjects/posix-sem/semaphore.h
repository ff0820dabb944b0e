// A semaphore in shared memory as a lock.
#pragma once

#include <semaphore.h>

#include "../common/memory/liveness.h"
#include "../common/memory/section.h"

namespace posix_sem {

using shared_memory::Run;
using shared_memory::Section;

struct Lock {
  sem_t semaphore;
  shared_memory::Seats seats;
};

inline sem_t* semaphore_of(const Run& run) { return &run.lock<Lock>().semaphore; }

inline bool make_shared(const Run& run) { return sem_init(semaphore_of(run), 1, 1) == 0; }

// A signal ends a wait with EINTR: nothing was taken then (sem_wait(3)).
inline int wait(const Run& run) {
  while (sem_wait(semaphore_of(run)) != 0) {
    if (errno != EINTR) return errno;
    HARNESS_PROBE("wait.interrupted");
  }
  return 0;
}

inline int post(const Run& run) { return sem_post(semaphore_of(run)) == 0 ? 0 : errno; }

// Right wherever nobody dies inside.
inline Section semaphore_section() { return {.make = make_shared, .acquire = wait, .release = post}; }

inline void sit_down(const Run& run) { shared_memory::take_seat(run.lock<Lock>().seats); }

// By the process id, since a seat is only looked for here.
inline void stand_up(const Run& run) {
  for (shared_memory::Seat& seat : run.lock<Lock>().seats.seats) {
    if (seat.pid.load() == getpid()) seat.is_done.store(1);
  }
}

// Waits with an end to it, and looks then whether anybody has died. Whether the dead one had the token nobody
// can tell, so nobody takes it over: all give up, and whoever started them begins anew.
inline int wait_and_look(const Run& run) {
  for (;;) {
    const timespec deadline = shared_memory::from_now(run.options.patience_ms);
    if (sem_clockwait(semaphore_of(run), CLOCK_MONOTONIC, &deadline) == 0) return 0;
    if (errno == EINTR) continue;
    if (errno != ETIMEDOUT) return errno;
    HARNESS_PROBE("wait.timed-out");
    if (shared_memory::has_anybody_died(run.lock<Lock>().seats)) return shared_memory::kGivenUp;
  }
}

inline Section watched_section() {
  Section section = semaphore_section();
  section.acquire = wait_and_look;
  section.come = sit_down;
  section.leave = stand_up;
  return section;
}

// Tries first, and does something else when the lock is busy.
inline int try_first(const Run& run, void (*when_busy)(const Run& run)) {
  if (sem_trywait(semaphore_of(run)) == 0) return 0;
  HARNESS_PROBE("lock.busy");
  when_busy(run);
  return wait(run);
}

}  // namespace posix_sem

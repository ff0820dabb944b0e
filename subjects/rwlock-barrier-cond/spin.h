// A spinlock in shared memory, for a section (common/memory/section.h). It is one word that does not say who
// has it.
#pragma once

#include <pthread.h>

#include "../common/memory/liveness.h"
#include "../common/memory/section.h"

namespace spin {

using shared_memory::Run;
using shared_memory::Section;

constexpr int kTriesBetweenLooks = 100;

struct Lock {
  pthread_spinlock_t word;
  shared_memory::Seats seats;
};

inline Lock& lock_of(const Run& run) { return run.lock<Lock>(); }

inline bool make_shared(const Run& run) {
  return pthread_spin_init(&lock_of(run).word, PTHREAD_PROCESS_SHARED) == 0;
}

inline int unlock(const Run& run) { return pthread_spin_unlock(&lock_of(run).word); }

inline void sit_down(const Run& run) { shared_memory::take_seat(lock_of(run).seats); }

// By the process id, since a seat is only looked for here.
inline void stand_up(const Run& run) {
  for (shared_memory::Seat& seat : lock_of(run).seats.seats) {
    if (seat.pid.load() == getpid()) seat.is_done.store(1);
  }
}

// 0 or EBUSY, after a number of tries.
inline int try_for_a_while(const Run& run) {
  int error = EBUSY;
  for (int tries = 0; error == EBUSY && tries < kTriesBetweenLooks; ++tries) {
    error = pthread_spin_trylock(&lock_of(run).word);
    if (error == EBUSY) sched_yield();
  }
  return error;
}

// Whether the dead one had the lock nobody can tell, so nobody takes it over: all give up.
inline int spin_and_look(const Run& run) {
  for (;;) {
    int error = try_for_a_while(run);
    if (error != EBUSY) return error;
    HARNESS_PROBE("lock.busy");
    if (!shared_memory::has_anybody_died(lock_of(run).seats)) continue;
    error = pthread_spin_trylock(&lock_of(run).word);
    const int64_t answer = error;
    harness_observe("lock-of-the-dead", 1, &answer);
    return error == 0 ? 0 : shared_memory::kGivenUp;
  }
}

inline Section watched_section() {
  return {
      .make = make_shared, .acquire = spin_and_look, .release = unlock, .come = sit_down, .leave = stand_up};
}

}  // namespace spin

// A lock with a robust list on a kernel, or an emulator of one, that may have none.
#pragma once

#include "../common/memory/liveness.h"
#include "lock.h"

namespace home_made {

struct WatchedLock {
  Lock lock;  // first, where lock_of() finds it
  shared_memory::Seats seats;
};

inline bool& has_list() {
  static thread_local bool has = false;
  return has;
}

inline void ask_for_list(const Run& run) {
  has_list() = syscall(SYS_set_robust_list, &own_list(), sizeof(robust_list_head)) == 0;
  shared_memory::take_seat(run.lock<WatchedLock>().seats);
}

// Takes the word, or gives up as soon as anybody has died: nobody can tell whether that one had it.
inline int take_word_or_look(const Run& run) {
  Word& word = word_of(run);
  const timespec patience{.tv_sec = 0, .tv_nsec = run.options.patience_ms * 1'000'000L};
  for (uint32_t sleepers = 0;; sleepers = FUTEX_WAITERS) {
    uint32_t seen = 0;
    if (word.compare_exchange_strong(seen, own_id() | sleepers)) return 0;
    if ((seen & FUTEX_WAITERS) == 0 && !word.compare_exchange_strong(seen, seen | FUTEX_WAITERS)) continue;
    futexes::call(&word, FUTEX_WAIT, seen | FUTEX_WAITERS, &patience);
    if (shared_memory::has_anybody_died(run.lock<WatchedLock>().seats)) return shared_memory::kGivenUp;
  }
}

inline int acquire_by_list_or_look(const Run& run) {
  return has_list() ? acquire_by_list<set_pending>(run) : take_word_or_look(run);
}

inline int release_with_or_without(const Run& run) {
  if (has_list()) return release_by_list<set_pending>(run);
  if ((word_of(run).exchange(0) & FUTEX_WAITERS) != 0) futexes::wake(word_of(run), 1);
  return 0;
}

inline void stand_up(const Run& run) {
  for (shared_memory::Seat& seat : run.lock<WatchedLock>().seats.seats) {
    if (seat.pid.load() == getpid()) seat.is_done.store(1);
  }
}

inline Section asking_section() {
  return {.make = make_free,
          .acquire = acquire_by_list_or_look,
          .release = release_with_or_without,
          .come = ask_for_list,
          .leave = stand_up};
}

}  // namespace home_made

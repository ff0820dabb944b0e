// Locks in shared memory that are taken away from whoever died, or was stopped, while holding them.
#include <sched.h>
#include <unistd.h>

#include "probe/race/runtime.h"

namespace race {
namespace {

constexpr int kTries = 50;                // before another gets the processor: all of a case may run on one
constexpr int kTurnsBeforeLook = 20;      // before it is looked whether the holder lives
constexpr int kTurnsForStopped = 10'000;  // a tracer's stops are short, a fault's may be long

// What its holder leaves half-done is harmless: a record is one word, clocks only grow, and one that is
// lowered was raised before (order.cpp).
bool is_orphaned(uint32_t holder, int turns) {
  const Participant& other = shadow->participants[holder - 1];
  return is_dead(other) || (turns > kTurnsForStopped && is_stopped(other));
}

}  // namespace

bool take_from_other(uint32_t& lock) {
  const uint32_t mine = own_mark();
  int turns = 0;
  for (;;) {
    for (int i = 0; i < kTries; ++i) {
      uint32_t holder = 0;
      if (__atomic_load_n(&lock, __ATOMIC_RELAXED) == 0 &&
          __atomic_compare_exchange_n(&lock, &holder, mine, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return true;
      if (holder == mine) return false;
    }
    uint32_t holder = __atomic_load_n(&lock, __ATOMIC_RELAXED);
    if (holder == mine) return false;
    if (++turns % kTurnsBeforeLook == 0 && holder != 0 && is_orphaned(holder, turns) &&
        __atomic_compare_exchange_n(&lock, &holder, mine, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return true;
    sched_yield();
  }
}

}  // namespace race

// Many robust mutexes held at once. The kernel releases at most ROBUST_LIST_LIMIT (2048, linux/futex.h) of a
// dead thread's mutexes, beginning with the one that was locked last; those locked first stay locked for
// ever.
//
//     PROGRAM owner|waiter [--participants N] [--name /NAME]
#pragma once

#include <pthread.h>

#include <cerrno>
#include <cstdint>

#include "../common/memory/shared_memory.h"
#include "participant.h"
#include "probe/probe.h"

namespace shm_mutex {

using namespace shared_memory;

constexpr int kLocksMax = 4096;

// Only every hundredth lock is told to the history, which has room for some thousand operations.
constexpr int kToldEvery = 100;

struct ManyLocks {
  SharedHeader header;
  int64_t count;
  pthread_mutex_t locks[kLocksMax];
};

inline bool is_told(int64_t lock) { return lock % kToldEvery == 0; }

// One lock of many; false when it could not be taken.
inline bool take(ManyLocks& shared, int64_t lock) {
  if (is_told(lock)) harness_invoke("lock", lock);
  const int error = pthread_mutex_lock(&shared.locks[lock]);
  const bool is_taken = error == 0 || error == EOWNERDEAD;
  if (is_told(lock) && is_taken) harness_ok("lock", lock, error);
  if (is_told(lock) && !is_taken) harness_fail("lock", lock, error);
  if (error == EOWNERDEAD) pthread_mutex_consistent(&shared.locks[lock]);
  return is_taken;
}

inline void let_go(ManyLocks& shared, int64_t lock) {
  if (is_told(lock)) harness_invoke("unlock", lock);
  const int error = pthread_mutex_unlock(&shared.locks[lock]);
  if (is_told(lock) && error == 0) harness_ok("unlock", lock, 0);
  if (is_told(lock) && error != 0) harness_fail("unlock", lock, error);
}

inline ManyLocks* make_locks(const char* name, int count) {
  auto* shared = static_cast<ManyLocks*>(create_shared(name, sizeof(ManyLocks)));
  if (shared == nullptr) return nullptr;
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  choose_robust(&attributes);
  for (int lock = 0; lock < count; ++lock) pthread_mutex_init(&shared->locks[lock], &attributes);
  pthread_mutexattr_destroy(&attributes);
  shared->count = count;
  publish(shared->header);
  return shared;
}

// Holds all of them at the same time, as a program does that locks every record of a table.
inline int hold_all(ManyLocks& shared) {
  for (int64_t lock = 0; lock < shared.count; ++lock) {
    if (!take(shared, lock)) return 1;
  }
  HARNESS_PROBE("all.held");
  for (int64_t lock = 0; lock < shared.count; ++lock) let_go(shared, lock);
  HARNESS_PROBE("all.released");
  return 0;
}

inline int take_each_in_turn(ManyLocks& shared) {
  for (int64_t lock = 0; lock < shared.count; ++lock) {
    if (!take(shared, lock)) return 1;
    let_go(shared, lock);
  }
  return 0;
}

// main() of the variants that hold `count` locks.
inline int run_many_locks(int count, int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) {
    return complain("usage: owner|waiter [--participants N] [--name /NAME]\n");
  }
  ManyLocks* shared = is_owner(options)
                          ? make_locks(options.name, count)
                          : static_cast<ManyLocks*>(open_shared(options.name, sizeof(ManyLocks)));
  if (shared == nullptr) return complain("the shared memory object cannot be made or opened\n");
  attach(shared->header, options.name, static_cast<uint32_t>(options.participants));
  return is_owner(options) ? hold_all(*shared) : take_each_in_turn(*shared);
}

}  // namespace shm_mutex

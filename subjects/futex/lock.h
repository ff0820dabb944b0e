// Home-made locks of one futex word in shared memory, each for a section (common/memory/section.h).
#pragma once

#include <cstddef>

#include "../common/memory/section.h"
#include "futex.h"

namespace home_made {

using futexes::Word;
using shared_memory::Run;
using shared_memory::Section;

// A node first, as the kernel finds the word by its distance from the node (set_robust_list(2)).
struct Lock {
  robust_list node;
  Word word;
};

inline Lock& lock_of(const Run& run) { return run.lock<Lock>(); }
inline Word& word_of(const Run& run) { return lock_of(run).word; }

inline bool make_free(const Run& run) {
  word_of(run).store(0);
  return true;
}

inline uint32_t own_id() {
  static const auto id = static_cast<uint32_t>(syscall(SYS_gettid));
  return id;
}

// --- three states: free, taken, taken and perhaps somebody sleeps. The word does not say who has it.

inline constexpr uint32_t kFree = 0;
inline constexpr uint32_t kTaken = 1;
inline constexpr uint32_t kAwaited = 2;

// Who has slept takes the lock as awaited, since it cannot know whether it was the only sleeper.
template <uint32_t kAfterSleep>
int acquire_by_state(const Run& run) {
  Word& word = word_of(run);
  uint32_t seen = kFree;
  if (word.compare_exchange_strong(seen, kTaken)) return 0;
  for (uint32_t wanted = kTaken;; wanted = kAfterSleep) {
    seen = kFree;
    if (word.compare_exchange_strong(seen, wanted)) return 0;
    if (seen == kTaken && !word.compare_exchange_strong(seen, kAwaited)) continue;
    futexes::wait(word, kAwaited);
  }
}

inline int release_by_state(const Run& run) {
  Word& word = word_of(run);
  if (word.exchange(kFree) == kAwaited) futexes::wake(word, 1);
  return 0;
}

inline Section three_states_section() {
  return {.make = make_free, .acquire = acquire_by_state<kAwaited>, .release = release_by_state};
}

// --- the owner's thread in the word, and a robust list by which the kernel lets go of it when that thread
// ends

inline robust_list_head& own_list() {
  static thread_local robust_list_head head = {.list = {&head.list},
                                               .futex_offset = offsetof(Lock, word) - offsetof(Lock, node),
                                               .list_op_pending = nullptr};
  return head;
}

// In the place of the one that libc has given this thread: it may use no robust mutex of libc any more.
inline void register_list(const Run&) { syscall(SYS_set_robust_list, &own_list(), sizeof(robust_list_head)); }

// The kernel reads the list when the thread is killed, between any two instructions.
inline void set_pending(robust_list* node) {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  own_list().list_op_pending = node;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

// The list has one lock at most. `entry` is its node, with what the kernel is to know of it.
inline void link(Lock& lock, robust_list* entry) {
  lock.node.next = &own_list().list;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  own_list().list.next = entry;
}

inline void unlink() { own_list().list.next = &own_list().list; }

// Takes the word, from one that has died if need be: 0 or EOWNERDEAD.
inline int take_word(Word& word) {
  for (uint32_t sleepers = 0;;) {
    uint32_t seen = word.load();
    if ((seen & FUTEX_TID_MASK) == 0) {
      const uint32_t own = own_id() | (seen & FUTEX_WAITERS) | sleepers;
      if (!word.compare_exchange_strong(seen, own)) continue;
      return (seen & FUTEX_OWNER_DIED) != 0 ? EOWNERDEAD : 0;
    }
    if ((seen & FUTEX_WAITERS) == 0 && !word.compare_exchange_strong(seen, seen | FUTEX_WAITERS)) continue;
    futexes::wait(word, seen | FUTEX_WAITERS);
    sleepers = FUTEX_WAITERS;  // there may be others
  }
}

// What is under way is told to the kernel before the word is touched, so that no death falls between.
template <void (*tell_pending)(robust_list*)>
int acquire_by_list(const Run& run) {
  Lock& lock = lock_of(run);
  tell_pending(&lock.node);
  const int error = take_word(lock.word);
  HARNESS_PROBE("lock.unlinked");
  link(lock, &lock.node);
  tell_pending(nullptr);
  return error;
}

template <void (*tell_pending)(robust_list*)>
int release_by_list(const Run& run) {
  Lock& lock = lock_of(run);
  tell_pending(&lock.node);
  unlink();
  HARNESS_PROBE("unlock.unlinked");
  const uint32_t seen = lock.word.exchange(0);
  HARNESS_PROBE("unlock.unwoken");
  if ((seen & FUTEX_WAITERS) != 0) futexes::wake(lock.word, 1);
  tell_pending(nullptr);
  return 0;
}

inline Section robust_list_section() {
  HARNESS_NEEDS("robust-list");
  return {.make = make_free,
          .acquire = acquire_by_list<set_pending>,
          .release = release_by_list<set_pending>,
          .come = register_list};
}

// --- priority inheritance: the kernel hands the lock on, and looks for the owner that the word names

// The kernel says by a bit of the word that the last owner has died.
inline int inherit(Word& word) {
  const bool has_died = (word.load() & FUTEX_OWNER_DIED) != 0;
  if (has_died) word.fetch_and(~static_cast<uint32_t>(FUTEX_OWNER_DIED));
  return has_died ? EOWNERDEAD : 0;
}

// ESRCH: the word names a thread that is no more. Frees the word of it, and leaves word of the death.
inline void bury_owner(Word& word) {
  uint32_t seen = word.load();
  if ((seen & FUTEX_TID_MASK) != 0) word.compare_exchange_strong(seen, FUTEX_OWNER_DIED);
}

// Whether a failed FUTEX_LOCK_PI is to be made again. EINVAL is what comes between the death of an owner that
// has no list and the moment at which the sleeper to whom the kernel has handed the lock writes itself into
// the word.
inline bool may_try_again(int error) {
  if (error == EINVAL) sched_yield();
  return error == EINTR || error == EAGAIN || error == EINVAL;
}

template <void (*on_lost_owner)(Word&), int (*taken)(Word&)>
int acquire_by_inheritance(const Run& run) {
  Word& word = word_of(run);
  for (;;) {
    uint32_t seen = kFree;
    if (word.compare_exchange_strong(seen, own_id())) return 0;
    if (futexes::call(&word, FUTEX_LOCK_PI, 0) == 0) return taken(word);
    const int error = errno;
    if (error == ESRCH) {
      HARNESS_PROBE("owner.lost");
      on_lost_owner(word);
    } else if (!may_try_again(error)) {
      return error;
    }
  }
}

inline int release_by_inheritance(const Run& run) {
  Word& word = word_of(run);
  uint32_t seen = own_id();
  if (word.compare_exchange_strong(seen, kFree)) return 0;
  return futexes::call(&word, FUTEX_UNLOCK_PI, 0) == 0 ? 0 : errno;
}

// Tells what the kernel answers to who locks what it has, and to who unlocks what it has not.
inline void tell_refusals(const Run& run) {
  if (shared_memory::is_owner(run.options)) {
    static Word own;
    own.store(own_id());
    futexes::tell_answer("relock", futexes::call(&own, FUTEX_LOCK_PI, 0));
  } else {
    futexes::tell_answer("foreign-unlock", futexes::call(&word_of(run), FUTEX_UNLOCK_PI, 0));
  }
}

inline Section inheritance_section() {
  HARNESS_NEEDS("pi-futex");
  return {.make = make_free,
          .acquire = acquire_by_inheritance<bury_owner, inherit>,
          .release = release_by_inheritance,
          .come = tell_refusals};
}

// --- both: the kernel marks the word of a dead owner itself, so that nobody comes upon the name of a dead
// thread

// The lowest bit says that the word is handed on by inheritance: the kernel wakes nobody for it.
inline robust_list* inherited_entry(Lock& lock) {
  return reinterpret_cast<robust_list*>(reinterpret_cast<uintptr_t>(&lock.node) | 1U);
}

inline void refuse_lost_owner(Word&) { harness_observe("owner-lost", 0, nullptr); }

inline int acquire_listed(const Run& run) {
  Lock& lock = lock_of(run);
  set_pending(inherited_entry(lock));
  const int error = acquire_by_inheritance<refuse_lost_owner, inherit>(run);
  if (error == 0 || error == EOWNERDEAD) link(lock, inherited_entry(lock));
  set_pending(nullptr);
  return error;
}

inline int release_listed(const Run& run) {
  set_pending(inherited_entry(lock_of(run)));
  unlink();
  const int error = release_by_inheritance(run);
  set_pending(nullptr);
  return error;
}

inline void come_with_list(const Run& run) {
  register_list(run);
  tell_refusals(run);
}

inline Section listed_inheritance_section() {
  HARNESS_NEEDS("robust-list");
  HARNESS_NEEDS("pi-futex");
  return {.make = make_free, .acquire = acquire_listed, .release = release_listed, .come = come_with_list};
}

}  // namespace home_made

// The atomics over which rings and sequence locks are written, and how one sleeps on them: another target, or
// a mistake about memory order, has its own.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <ctime>

namespace shm_ring {

constexpr int kPatienceMs = 50;

struct StandardAtomics {
  template <class Value>
  using Atomic = std::atomic<Value>;
  static constexpr std::memory_order kPublish = std::memory_order_release;
  static constexpr std::memory_order kSubscribe = std::memory_order_acquire;
  static void fence(std::memory_order order) { std::atomic_thread_fence(order); }
};

// The orders of a program that leaves them all to the machine.
struct RelaxedAtomics : StandardAtomics {
  static constexpr std::memory_order kPublish = std::memory_order_relaxed;
  static constexpr std::memory_order kSubscribe = std::memory_order_relaxed;
  static void fence(std::memory_order) {}
};

// Sleeps while the word has this value, for a while or for ever.
inline void sleep_on(std::atomic<uint32_t>& word, uint32_t value, bool has_end) {
  const timespec patience{.tv_sec = 0, .tv_nsec = kPatienceMs * 1'000'000L};
  syscall(SYS_futex, &word, FUTEX_WAIT, value, has_end ? &patience : nullptr, nullptr, 0);
}

}  // namespace shm_ring

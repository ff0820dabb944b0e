// The atomics over which rings and sequence locks are written, how one sleeps on them, and who takes part:
// another target (harness/model/shared.h), or a mistake about memory order, has its own.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <ctime>

#include "../common/memory/liveness.h"
#include "../common/memory/shared_memory.h"

namespace shm_ring {

constexpr int kPatienceMs = 50;

struct StandardAtomics {
  template <class Value>
  using Atomic = std::atomic<Value>;
  template <class Value>
  using Plain = Value;
  template <size_t kBytes>
  using Bytes = unsigned char[kBytes];
  using Word = std::atomic<uint32_t>;  // that one sleeps on
  using Seat = shared_memory::Seat;
  using Seats = shared_memory::Seats;
  static constexpr std::memory_order kPublish = std::memory_order_release;
  static constexpr std::memory_order kSubscribe = std::memory_order_acquire;
  static void fence(std::memory_order order) { std::atomic_thread_fence(order); }
};

// The orders of a program that leaves them all to the machine.
template <class Atomics>
struct Relaxed : Atomics {
  static constexpr std::memory_order kPublish = std::memory_order_relaxed;
  static constexpr std::memory_order kSubscribe = std::memory_order_relaxed;
  static void fence(std::memory_order) {}
};
using RelaxedAtomics = Relaxed<StandardAtomics>;

// Sleeps while the word has this value, for a while or for ever.
inline void sleep_on(std::atomic<uint32_t>& word, uint32_t value, bool has_end) {
  const timespec patience{.tv_sec = 0, .tv_nsec = kPatienceMs * 1'000'000L};
  syscall(SYS_futex, &word, FUTEX_WAIT, value, has_end ? &patience : nullptr, nullptr, 0);
}

inline void wake_one(std::atomic<uint32_t>& word) { shared_memory::futex(word, FUTEX_WAKE, 1); }
inline void wake_all(std::atomic<uint32_t>& word) { shared_memory::futex(word, FUTEX_WAKE, INT_MAX); }

template <size_t kBytes>
void fill_all(unsigned char (&bytes)[kBytes], int value) {
  memset(bytes, value, kBytes);
}
template <size_t kBytes>
bool are_all(const unsigned char (&bytes)[kBytes], unsigned char value) {
  bool is_whole = true;
  for (const unsigned char byte : bytes) is_whole &= byte == value;
  return is_whole;
}

// A value that another may change at any time, read once.
inline uint32_t read_once(const uint32_t& value) { return static_cast<volatile const uint32_t&>(value); }

}  // namespace shm_ring

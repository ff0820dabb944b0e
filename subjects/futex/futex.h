// futex(2) as a home-made lock or event word calls it, and what it answers where nobody has to wait.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <ctime>

#include "probe/probe.h"

namespace futexes {

#ifndef HARNESS_FUTEX_WORD  // a model program has one of its own (model/board.h)
using Word = std::atomic<uint32_t>;
#else
using Word = HARNESS_FUTEX_WORD;
#endif

inline long call(const void* word, int operation, uint32_t value, const timespec* timeout = nullptr) {
  return syscall(SYS_futex, word, operation, value, timeout, nullptr, 0);
}

// Sleeps while the word has this value. What ended it the word alone can tell: a wake, a signal, or that it
// had another value already.
inline void wait(const Word& word, uint32_t value) { call(&word, FUTEX_WAIT, value); }

inline long wake(const Word& word, int count) {
  return call(&word, FUTEX_WAKE, static_cast<uint32_t>(count));
}

// Tells a result, or the errno of a call that failed.
inline void tell_answer(const char* name, long result) {
  const int64_t answer = result < 0 ? errno : result;
  harness_observe(name, 1, &answer);
}

// Tells what the kernel answers of a word of this process alone, on which nobody sleeps.
inline void tell_answers() {
  static std::atomic<uint32_t> words[2] = {7, 7};
  const timespec short_time{.tv_sec = 0, .tv_nsec = 1};
  const auto beside = reinterpret_cast<uintptr_t>(&words[0]) + 1;
  tell_answer("changed", call(&words[0], FUTEX_WAIT, 6));
  tell_answer("timed-out", call(&words[0], FUTEX_WAIT, 7, &short_time));
  tell_answer("misaligned", call(reinterpret_cast<const void*>(beside), FUTEX_WAIT, 7));
  tell_answer("nobody-asleep", call(&words[0], FUTEX_WAKE, 10));
}

}  // namespace futexes

// Two words that two sides go through in opposite order: which of the possible ends a program may count on.
//
//     PROGRAM pair
//
// First each side marks its own part as begun and then the other's as ended: at last one of the two is ended.
// Then each side looks whether it was thanked, and thanks the other: at least one of them was not thanked
// yet. Both need an order that plain hardware need not keep, of two stores, and of a load and the store after
// it. Told: "kept", 1 when both hold. The two sides are threads. Exit status: 0 done, 2 wrong usage, no
// thread.
#pragma once

#include <pthread.h>

#include <cstdint>
#include <cstring>

#include "atomics.h"
#include "probe/probe.h"

namespace two_words {

enum Mark : uint32_t { nothing = 0, begun = 1, ended = 2 };

struct Right {
  using Atomics = shm_ring::StandardAtomics;
  static constexpr bool kFences = true;                     // between the two stores
  static constexpr auto kLook = std::memory_order_acquire;  // so that the thanks come after it
};

template <class Variant>
struct Part {
  template <class Value>
  using Atomic = typename Variant::Atomics::template Atomic<Value>;
  Atomic<uint32_t> mark{nothing};
  Atomic<uint32_t> thanks{0};
};

template <class Variant>
struct Pair {
  Part<Variant> parts[2];
  uint32_t was_thanked[2] = {0, 0};
};

template <class Variant>
void take_part(Pair<Variant>& pair, int own) {
  Part<Variant>& mine = pair.parts[own];
  Part<Variant>& others = pair.parts[1 - own];
  mine.mark.store(begun, std::memory_order_relaxed);
  if (Variant::kFences) Variant::Atomics::fence(std::memory_order_seq_cst);
  others.mark.store(ended, std::memory_order_relaxed);
  HARNESS_PROBE("marks.set");
  pair.was_thanked[own] = mine.thanks.load(Variant::kLook);
  others.thanks.store(1, std::memory_order_release);
}

// After both have ended.
template <class Variant>
bool is_one_ended(const Pair<Variant>& pair) {
  return pair.parts[0].mark.load() == ended || pair.parts[1].mark.load() == ended;
}
template <class Variant>
bool is_one_unthanked(const Pair<Variant>& pair) {
  return pair.was_thanked[0] == 0 || pair.was_thanked[1] == 0;
}

template <class Variant>
void* take_second_part(void* pair) {
  take_part(*static_cast<Pair<Variant>*>(pair), 1);
  return nullptr;
}

// main() of every variant.
template <class Variant>
int run(int argc, char** argv) {
  if (argc != 2 || strcmp(argv[1], "pair") != 0) return 2;
  Pair<Variant> pair;
  pthread_t second;
  if (pthread_create(&second, nullptr, take_second_part<Variant>, &pair) != 0) return 2;
  take_part(pair, 0);
  pthread_join(second, nullptr);
  const int64_t kept = is_one_ended(pair) && is_one_unthanked(pair) ? 1 : 0;
  harness_observe("kept", 1, &kept);
  return 0;
}

}  // namespace two_words

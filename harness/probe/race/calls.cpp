// Calls: the whole stack of a thread as one number, which a record of an access has room for.
//
// All stacks of all processes are one tree, from the outermost call inwards. A call in it is one word: the
// address behind the call and the number of the call around it. Its number is where that word lies, which its
// hash says: so it is found again without a search, and is whole from the moment on when it is there.
#include "probe/race/runtime.h"

namespace race {
namespace {

constexpr uint32_t kPlacesOfACall = 32;

uint32_t number_with_room(uint64_t word) {
  for (uint32_t i = 0; i < kPlacesOfACall; ++i) {
    const auto number = static_cast<uint32_t>(1 + (mixed(word) + i) % (kCalls - 1));
    uint64_t found = __atomic_load_n(&shadow->calls[number], __ATOMIC_RELAXED);
    if (found == 0 && __atomic_compare_exchange_n(&shadow->calls[number], &found, word, false,
                                                  __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      return number;
    if (found == word) return number;
  }
  return 0;
}

}  // namespace

// Where the tree has no room, what is around is left out.
uint32_t number_of(uint64_t word) {
  if (word >> kNumberBits == 0) return 0;
  const uint32_t number = number_with_room(word);
  return number != 0 ? number : number_with_room(word >> kNumberBits << kNumberBits);
}

// Only what has changed since the last time is looked up.
uint32_t number_calls() {
  Thread& thread = current;
  for (; thread.numbered < thread.depth; ++thread.numbered) {
    const uint32_t around = thread.numbered == 0 ? 0 : thread.calls[thread.numbered - 1];
    thread.calls[thread.numbered] =
        static_cast<uint16_t>(number_of(call_word(thread.stack[thread.numbered], around)));
  }
  return thread.calls[thread.depth - 1];
}

uint64_t address_of_call(uint32_t number) {
  return __atomic_load_n(&shadow->calls[number], __ATOMIC_RELAXED) >> kNumberBits;
}

uint32_t call_around(uint32_t number) {
  return __atomic_load_n(&shadow->calls[number], __ATOMIC_RELAXED) & ((1U << kNumberBits) - 1);
}

}  // namespace race

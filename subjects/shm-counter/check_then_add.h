// An addition that looks once more before it stores, and stores all the same in a step of its own.
#pragma once

#include "counter.h"

namespace shm_counter {

template <class Memory>
int64_t check_then_add(Memory& counter) {
  int64_t value = counter.value.load(std::memory_order_relaxed);
  while (counter.value.load(std::memory_order_relaxed) != value) value = counter.value.load();
  HARNESS_PROBE("half-added");
  counter.value.store(value + 1, std::memory_order_relaxed);
  return value + 1;
}

}  // namespace shm_counter

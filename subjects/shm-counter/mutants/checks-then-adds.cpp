// Mistake: looks once more before it stores, and stores all the same in a step of its own. The window is
// smaller, and open.
#include "../counter.h"

namespace {

int64_t add(shm_counter::Counter& counter) {
  int64_t value = counter.value.load(std::memory_order_relaxed);
  while (counter.value.load(std::memory_order_relaxed) != value) value = counter.value.load();
  HARNESS_PROBE("half-added");
  counter.value.store(value + 1, std::memory_order_relaxed);
  return value + 1;
}

}  // namespace

int main(int argc, char** argv) { return shm_counter::run({.add = add}, argc, argv); }

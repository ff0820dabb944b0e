// Mistake: publishes and subscribes by relaxed atomics, so that nothing orders the slot with its index.
#include "../spsc.h"

namespace {

struct RelaxedAtomics : shm_ring::StandardAtomics {
  static constexpr std::memory_order kPublish = std::memory_order_relaxed;
  static constexpr std::memory_order kSubscribe = std::memory_order_relaxed;
};

struct Variant : shm_ring::Right {
  using Atomics = RelaxedAtomics;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

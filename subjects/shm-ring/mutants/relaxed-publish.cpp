// Mistake: publishes and subscribes by relaxed atomics, so that nothing orders the slot with its index.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  using Atomics = shm_ring::RelaxedAtomics;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

#include "shared_ring.h"

namespace {

struct Variant : shared_ring_model::Small {
  using Atomics = harness::model::QueuedAtomics;
  static constexpr int kProducers = 1;  // each sleep and wake-up is a turn at the kernel's queue
  static constexpr bool kStepsOverDead = false;
};

}  // namespace

int main(int argc, char** argv) { return shared_ring_model::explore_shared_ring<Variant>(argc, argv); }

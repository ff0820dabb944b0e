#include "ring.h"

namespace {

struct Variant : ring_model::Small {
  using Atomics = harness::model::QueuedAtomics;
  static constexpr int kItems = 2;  // each sleep and wake-up is a turn at the kernel's queue
  static constexpr bool kLooksAfterPeer = false;
};

}  // namespace

int main(int argc, char** argv) { return ring_model::explore_ring<Variant>(argc, argv); }

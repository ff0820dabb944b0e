#include "ring.h"

namespace {

struct Variant : ring_model::Small {
  using Atomics = shm_ring::Relaxed<harness::model::Atomics>;
};

}  // namespace

int main(int argc, char** argv) { return ring_model::explore_ring<Variant>(argc, argv); }

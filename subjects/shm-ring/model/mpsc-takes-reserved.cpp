#include "shared_ring.h"

namespace {

struct Variant : shared_ring_model::Small {
  static constexpr bool kTakesReserved = true;
};

}  // namespace

int main(int argc, char** argv) { return shared_ring_model::explore_shared_ring<Variant>(argc, argv); }

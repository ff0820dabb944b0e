// Mistake: steps over a slot after a while, though its owner lives.
#include "../mpsc.h"

namespace {

struct Variant : shm_ring::RightSharedRing {
  static constexpr bool kStepsOverLiving = true;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_shared_ring<Variant>(argc, argv); }

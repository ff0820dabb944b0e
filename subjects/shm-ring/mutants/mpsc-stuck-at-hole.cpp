// Mistake: waits at a reserved slot until its owner commits, and the owner may have died.
#include "../mpsc.h"

namespace {

struct Variant : shm_ring::RightSharedRing {
  static constexpr bool kStepsOverDead = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_shared_ring<Variant>(argc, argv); }

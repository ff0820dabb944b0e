// Mistake: takes a slot that is not free for one that is ready.
#include "../mpsc.h"

namespace {

struct Variant : shm_ring::RightSharedRing {
  static constexpr bool kTakesReserved = true;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_shared_ring<Variant>(argc, argv); }

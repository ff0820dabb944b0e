// Mistake: sleeps without an end for what only the other one can do, and that one may have died.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  static constexpr bool kLooksAfterPeer = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

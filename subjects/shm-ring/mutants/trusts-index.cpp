// Mistake: brings the peer's index into range, and does not ask whether it can be.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  static constexpr bool kChecksDistance = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

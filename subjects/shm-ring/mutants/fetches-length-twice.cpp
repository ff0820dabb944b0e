// Mistake: reads the peer's length again after it has checked it.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  static constexpr bool kReadsLengthOnce = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

// Mistake: takes the peer's indices and lengths as they are.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  static constexpr bool kChecksPeer = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

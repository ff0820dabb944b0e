// Mistake: copies as many bytes as the peer says.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  static constexpr bool kChecksLength = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

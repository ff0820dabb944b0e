// Mistake: stores the index brought back into range, so that a full ring looks like an empty one.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  static uint32_t next(uint32_t index) { return (index + 1) % kSlots; }
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

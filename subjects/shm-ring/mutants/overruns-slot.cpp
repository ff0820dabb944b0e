// Mistake: writes one byte more than a slot has room for.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  static size_t message_bytes() {
    static volatile size_t bytes = shm_ring::kSlotBytes + 1;  // no constant: the compiler would refuse it
    return bytes;
  }
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

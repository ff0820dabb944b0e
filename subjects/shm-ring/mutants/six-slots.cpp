// Mistake: a number of slots that does not divide 2^32. When the index runs over, slots come again too early.
#include "../spsc.h"

namespace {

struct Variant : shm_ring::Right {
  static constexpr uint32_t kSlots = 6;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_ring<Variant>(argc, argv); }

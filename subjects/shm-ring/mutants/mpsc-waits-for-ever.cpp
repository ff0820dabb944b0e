// Mistake: sleeps without an end for a wake-up whose maker may have died.
#include "../mpsc.h"

namespace {

struct Variant : shm_ring::RightSharedRing {
  static constexpr bool kLooksAfterOthers = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_shared_ring<Variant>(argc, argv); }

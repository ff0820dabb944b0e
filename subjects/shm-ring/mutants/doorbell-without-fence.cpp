// Mistake: release and acquire alone between publishing and looking whether the other side sleeps, so that
// the look may come first.
#include "../doorbell.h"

namespace {

struct Variant : shm_ring::RightDoorbell {
  static constexpr bool kFences = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_doorbell<Variant>(argc, argv); }

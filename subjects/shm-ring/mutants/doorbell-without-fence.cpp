// Mistake: release and acquire alone between publishing and looking whether the other side sleeps, so that
// the look may come first.
#include "../doorbell.h"

namespace {

struct Variant {
  static void between_store_and_load() {}
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_doorbell<Variant>(argc, argv); }

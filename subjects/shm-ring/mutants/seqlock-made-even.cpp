// Mistake: the successor makes the sequence even and leaves the record as the dead one left it.
#include "../seqlock.h"

namespace {

struct Variant : shm_ring::RightSeqlock {
  static constexpr bool kRepairsRecord = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_seqlock<Variant>(argc, argv); }

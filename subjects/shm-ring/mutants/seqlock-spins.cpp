// Mistake: the reader tries for ever while the sequence is odd, and its writer may have died.
#include "../seqlock.h"

namespace {

struct Variant : shm_ring::RightSeqlock {
  static constexpr bool kGivesUp = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_seqlock<Variant>(argc, argv); }

// Mistake: the reader compares the sequences and does not ask whether they are odd.
#include "../seqlock.h"

namespace {

struct Variant : shm_ring::RightSeqlock {
  static constexpr bool kHeedsOdd = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_seqlock<Variant>(argc, argv); }

// Mistake: the reader does not look at the sequence again after its copy.
#include "../seqlock.h"

namespace {

struct Variant : shm_ring::RightSeqlock {
  static constexpr bool kLooksAgain = false;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_seqlock<Variant>(argc, argv); }

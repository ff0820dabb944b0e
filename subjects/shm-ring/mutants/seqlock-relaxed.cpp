// Mistake: nothing orders the fields with the sequence, in the writer and in the reader.
#include "../seqlock.h"

namespace {

struct Variant : shm_ring::RightSeqlock {
  using Atomics = shm_ring::RelaxedAtomics;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_seqlock<Variant>(argc, argv); }

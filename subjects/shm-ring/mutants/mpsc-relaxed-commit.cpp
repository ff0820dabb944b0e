// Mistake: everything is committed and looked at by relaxed atomics.
#include "../mpsc.h"

namespace {

struct Variant : shm_ring::RightSharedRing {
  using Atomics = shm_ring::RelaxedAtomics;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_shared_ring<Variant>(argc, argv); }

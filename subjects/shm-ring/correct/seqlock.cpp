// A sequence lock whose reader tries a few times, then sleeps, and looks after the writer.
#include "../seqlock.h"

int main(int argc, char** argv) { return shm_ring::run_seqlock<shm_ring::RightSeqlock>(argc, argv); }

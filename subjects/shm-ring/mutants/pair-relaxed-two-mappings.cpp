// Mistake: hands the number over by a relaxed flag. Two threads, each with a mapping of its own.
#include "../mapped_pair.h"

int main(int argc, char** argv) {
  return mapped_pair::run<shm_ring::RelaxedAtomics>(mapped_pair::Between::threads_with_two_mappings, argc,
                                                    argv);
}

// Mistake: hands the number over by a relaxed flag. Two threads, one mapping.
#include "../mapped_pair.h"

int main(int argc, char** argv) {
  return mapped_pair::run<shm_ring::RelaxedAtomics>(mapped_pair::Between::threads, argc, argv);
}

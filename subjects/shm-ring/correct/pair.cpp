// Two threads that hand a number over by release and acquire.
#include "../mapped_pair.h"

int main(int argc, char** argv) {
  return mapped_pair::run<shm_ring::StandardAtomics>(mapped_pair::Between::threads, argc, argv);
}

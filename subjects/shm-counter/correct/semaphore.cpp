// Adds under a semaphore: right where nobody dies inside.
#include "../counter.h"

int main(int argc, char** argv) {
  return shm_counter::run({.add = shm_counter::add_under_semaphore}, argc, argv);
}

// Adds under a process-shared robust mutex.
#include "../counter.h"

int main(int argc, char** argv) {
  return shm_counter::run({.add = shm_counter::add_under_mutex}, argc, argv);
}

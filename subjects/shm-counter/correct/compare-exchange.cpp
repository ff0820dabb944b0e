// Adds in two steps, and begins again when another has come between.
#include "../counter.h"

int main(int argc, char** argv) {
  return shm_counter::run({.add = shm_counter::compare_and_exchange}, argc, argv);
}

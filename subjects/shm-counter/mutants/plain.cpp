// Mistake: counter++ by several processes. Whoever comes between the load and the store is overwritten.
#include "../counter.h"

int main(int argc, char** argv) { return shm_counter::run({.add = shm_counter::load_and_store}, argc, argv); }

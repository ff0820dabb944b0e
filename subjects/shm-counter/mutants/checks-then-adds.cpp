// Mistake: looks once more before it stores, and stores all the same in a step of its own. The window is
// smaller, and open.
#include "../check_then_add.h"

int main(int argc, char** argv) { return shm_counter::run({.add = shm_counter::check_then_add}, argc, argv); }

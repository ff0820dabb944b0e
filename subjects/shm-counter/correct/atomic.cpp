// Adds in one step.
#include "../counter.h"

int main(int argc, char** argv) { return shm_counter::run({.add = shm_counter::fetch_and_add}, argc, argv); }

// Tries for a spinlock a number of times, and then looks after the others.
#include "../spin.h"

int main(int argc, char** argv) { return shared_memory::run(spin::watched_section(), argc, argv); }

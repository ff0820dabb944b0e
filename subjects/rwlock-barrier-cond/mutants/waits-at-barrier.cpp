// Mistake: takes a barrier for a gate to which somebody may not come. It has no time limit and is told of no
// death.
#include "../gate.h"

int main(int argc, char** argv) { return gate::run(gate::barrier_program(), argc, argv); }

// A barrier, and nothing that has to be taken down. Right wherever everybody comes: one that came may die.
#include "../gate.h"

int main(int argc, char** argv) { return gate::run(gate::barrier_program(), argc, argv); }

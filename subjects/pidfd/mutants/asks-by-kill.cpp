// Mistake: asks by kill(pid, 0) whether a process lives; a zombie does, to it.
#include "../program.h"

int main(int argc, char** argv) { return liveness::run(liveness::asks_by_kill_program(), argc, argv); }

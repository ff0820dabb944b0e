// Watches a process by a pidfd.
#include "../program.h"

int main(int argc, char** argv) { return liveness::run(liveness::pidfd_program(), argc, argv); }

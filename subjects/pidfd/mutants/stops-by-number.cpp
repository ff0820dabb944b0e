// Mistake: stops a process by its id, which may be another's by then.
#include "../program.h"

int main(int argc, char** argv) { return liveness::run(liveness::stops_by_number_program(), argc, argv); }

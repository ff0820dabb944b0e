// An own barrier, of a robust mutex and a condition variable with a time limit: gives up when somebody died
// on the way.
#include "../gate.h"

int main(int argc, char** argv) { return gate::run(gate::limited_program(), argc, argv); }

// Mistake: reads memory that a peer may take away, because it had its size when it was mapped.
#include "../object.h"

int main(int argc, char** argv) { return shm_lifecycle::run(shm_lifecycle::right_program(), argc, argv); }

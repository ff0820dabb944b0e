// Uses an object only when it has its size, and makes another one where a dead predecessor left its own.
#include "../object.h"

int main(int argc, char** argv) { return shm_lifecycle::run(shm_lifecycle::right_program(), argc, argv); }

// Holds 2000 robust mutexes at once: fewer than the kernel releases at a death.
#include "../many_locks.h"

int main(int argc, char** argv) { return shm_mutex::run_many_locks(2000, argc, argv); }

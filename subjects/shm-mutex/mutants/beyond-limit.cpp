// Mistake: holds 2100 robust mutexes at once, more than the kernel releases at a death (ROBUST_LIST_LIMIT is
// 2048): the first 52 stay locked for ever.
#include "../many_locks.h"

int main(int argc, char** argv) { return shm_mutex::run_many_locks(2100, argc, argv); }

// Counts its recoveries under a lock of its own, as two threads use the count.
#include "../recovery_count.h"

int main(int argc, char** argv) { return shm_mutex::run_counting<shm_mutex::LockedCount>(argc, argv); }

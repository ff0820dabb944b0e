// Mistake: two threads use the count, and nothing orders them.
#include "../count_mistakes.h"

int main(int argc, char** argv) { return shm_mutex::run_counting<shm_mutex::UnlockedCount>(argc, argv); }

// Mistake: the reporting thread takes the two locks in the one order, and a recovery in the other.
#include "../count_mistakes.h"

int main(int argc, char** argv) { return shm_mutex::run_counting<shm_mutex::CountInTwoOrders>(argc, argv); }

// A journal whose records and bytes are committed by one store.
#include "../journal.h"

int main(int argc, char** argv) { return shm_ring::run_journal<shm_ring::RightJournal>(argc, argv); }

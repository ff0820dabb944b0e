// Several producers, whose reservations say whose they are; a dead one's is stepped over and counted.
#include "../mpsc.h"

int main(int argc, char** argv) { return shm_ring::run_shared_ring<shm_ring::RightSharedRing>(argc, argv); }

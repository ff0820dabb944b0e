// One producer and one consumer that look after one another and trust nothing that the other one wrote.
#include "../spsc.h"

int main(int argc, char** argv) { return shm_ring::run_ring<shm_ring::Right>(argc, argv); }

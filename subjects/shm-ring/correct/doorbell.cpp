// One slot, and a full fence between publishing and looking whether the other side sleeps.
#include "../doorbell.h"

int main(int argc, char** argv) { return shm_ring::run_doorbell<shm_ring::RightDoorbell>(argc, argv); }

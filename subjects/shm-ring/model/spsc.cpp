#include "ring.h"

int main(int argc, char** argv) { return ring_model::explore_ring<ring_model::Small>(argc, argv); }

#include "shared_ring.h"

int main(int argc, char** argv) {
  return shared_ring_model::explore_shared_ring<shared_ring_model::Small>(argc, argv);
}

#include "recoveries.h"

int main(int argc, char** argv) {
  return recoveries_model::explore_recoveries<shm_mutex::CountInTwoOrders>(argc, argv);
}

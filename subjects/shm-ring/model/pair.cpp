#include "handover.h"

int main(int argc, char** argv) {
  return handover_model::explore_handover<handover_model::Right>(argc, argv);
}

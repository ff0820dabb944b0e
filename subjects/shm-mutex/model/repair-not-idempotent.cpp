#include "../repair_once.h"
#include "heirs.h"

namespace {

struct Variant : heirs_model::Right {
  static void repair(Memory& record) { shm_mutex::repair_only_once(record); }
};

}  // namespace

int main(int argc, char** argv) { return heirs_model::explore_heirs<Variant>(argc, argv); }

#include "../early_unlock.h"
#include "heirs.h"

namespace {

struct Variant : heirs_model::Right {
  static void update_and_leave(Memory& record) {
    shm_mutex::leave_and_update(record, [&record] {
      record.mutex.unlock();
      return true;
    });
  }
};

}  // namespace

int main(int argc, char** argv) { return heirs_model::explore_heirs<Variant>(argc, argv); }

#include "heirs.h"

namespace unordered {

struct Record : heirs_model::Record {
  using heirs_model::Record::Record;
};

inline void keep_order(const Record&) {}

struct Variant : heirs_model::Right {
  using Memory = Record;
  static void repair(Memory& record) { shm_mutex::repair(record); }
  static void declare_consistent(Memory& record) { heirs_model::declare_consistent(record); }
};

}  // namespace unordered

int main(int argc, char** argv) { return heirs_model::explore_heirs<unordered::Variant>(argc, argv); }

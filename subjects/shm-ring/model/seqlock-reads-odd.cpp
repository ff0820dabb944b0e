#include "record.h"

namespace {

struct Variant : record_model::Small {
  static constexpr bool kHeedsOdd = false;
};

}  // namespace

int main(int argc, char** argv) { return record_model::explore_record<Variant>(argc, argv); }

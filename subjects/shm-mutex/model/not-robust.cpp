#include "heirs.h"

namespace {

struct Variant : heirs_model::Right {
  static constexpr bool kIsRobust = false;
};

}  // namespace

int main(int argc, char** argv) { return heirs_model::explore_heirs<Variant>(argc, argv); }

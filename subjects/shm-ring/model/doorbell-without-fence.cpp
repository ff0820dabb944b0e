#include "bell.h"

namespace {

struct Variant : bell_model::Small {
  static constexpr bool kFences = false;
};

}  // namespace

int main(int argc, char** argv) { return bell_model::explore_bell<Variant>(argc, argv); }

// Mistake: the writer corrects a message whose slot the keeper has given back.
#include "../mail.h"

namespace {

struct Variant : shared_slots::Right {
  static void after_all(harness_slots& slots) { memset(harness_slot(&slots, 1), 'x', 8); }
};

}  // namespace

int main(int argc, char** argv) { return shared_slots::run<Variant>(argc, argv); }

// Mistake: the writer writes one byte more than a slot has.
#include "../mail.h"

namespace {

struct Variant : shared_slots::Right {
  static void after_all(harness_slots& slots) {
    static volatile size_t bytes = shared_slots::kBytes + 1;  // no constant: the compiler would refuse it
    memset(harness_slot(&slots, shared_slots::kSpare), 'x', bytes);
  }
};

}  // namespace

int main(int argc, char** argv) { return shared_slots::run<Variant>(argc, argv); }

// Mistake: takes over when it hears that its predecessor is about to end, as if that were the end.
#include "../standby.h"

namespace {

void go_on_at_once() {}

}  // namespace

int main(int argc, char** argv) {
  HARNESS_NEEDS("core-file");
  return standby::run(go_on_at_once, LOCK_NB, argc, argv);
}

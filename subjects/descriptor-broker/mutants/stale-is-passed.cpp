// Mistake: does not look at a message that failed for one bad number (EBADF), and calls all of it passed.
#include "../run.h"

int main(int argc, char** argv) {
  return descriptors::run(descriptors::Broker{.is_stale_passed = true}, descriptors::careful_worker(), argc,
                          argv);
}

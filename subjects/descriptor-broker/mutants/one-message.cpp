// Mistake: passes all that there is in one message, which takes 253 descriptors at most.
#include "../run.h"

int main(int argc, char** argv) {
  return descriptors::run(descriptors::Broker{.largest_batch = descriptors::kManyMost},
                          descriptors::careful_worker(), argc, argv);
}

// Mistake: takes a worker that accepts no descriptors for a broken link.
#include "../run.h"

int main(int argc, char** argv) {
  return descriptors::run(descriptors::Broker{.is_refusal_fatal = true}, descriptors::careful_worker(), argc,
                          argv);
}

// Mistake: gives up when too many descriptors are on their way, instead of waiting until some are taken.
#include "../run.h"

int main(int argc, char** argv) {
  return descriptors::run(descriptors::Broker{.is_no_room_fatal = true}, descriptors::careful_worker(), argc,
                          argv);
}

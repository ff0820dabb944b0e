// Takes descriptors as the records say, and leaves what is shared as it is.
#include "../run.h"

int main(int argc, char** argv) {
  return descriptors::run(descriptors::Broker{}, descriptors::careful_worker(), argc, argv);
}

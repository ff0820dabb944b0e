// Mistake: ties the descriptors that come to the first record that comes by the same call.
#include "../run.h"

int main(int argc, char** argv) {
  descriptors::Worker worker = descriptors::careful_worker();
  worker.is_first_records = true;
  return descriptors::run(descriptors::Broker{}, worker, argc, argv);
}

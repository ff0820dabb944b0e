// Mistake: receives descriptors without MSG_CMSG_CLOEXEC, so that a helper keeps them.
#include "../run.h"

int main(int argc, char** argv) {
  descriptors::Worker worker = descriptors::careful_worker();
  worker.receive_flags = 0;
  return descriptors::run(descriptors::Broker{}, worker, argc, argv);
}

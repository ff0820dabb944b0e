// Mistake: reads a file that is lent from where it stands, and so moves the lender's offset.
#include "../run.h"

namespace {

ssize_t look_by_reading(int fd, char* bytes, size_t count) { return read(fd, bytes, count); }

}  // namespace

int main(int argc, char** argv) {
  descriptors::Worker worker = descriptors::careful_worker();
  worker.look_into = look_by_reading;
  return descriptors::run(descriptors::Broker{}, worker, argc, argv);
}

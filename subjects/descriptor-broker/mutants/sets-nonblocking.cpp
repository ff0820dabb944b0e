// Mistake: makes "its copy" of a file non-blocking, and so the lender's too.
#include "../run.h"

namespace {

ssize_t look_without_blocking(int fd, char* bytes, size_t count) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return pread(fd, bytes, count, 0);
}

}  // namespace

int main(int argc, char** argv) {
  descriptors::Worker worker = descriptors::careful_worker();
  worker.look_into = look_without_blocking;
  return descriptors::run(descriptors::Broker{}, worker, argc, argv);
}

// As careful; reads each record by two calls, either of which may bring its descriptors.
#include "../run.h"

namespace {

// Just a record's head, or its rest, each by a call of its own.
ssize_t receive_part(const descriptors::Worker& worker, char* bytes, size_t, descriptors::Arrived& arrived) {
  static size_t part = 0;
  constexpr size_t kHead = sizeof(uint32_t);
  const bool is_head = part++ % 2 == 0;
  return descriptors::receive(bytes, is_head ? kHead : sizeof(descriptors::Record) - kHead, arrived,
                              worker.receive_flags);
}

}  // namespace

int main(int argc, char** argv) {
  descriptors::Worker worker = descriptors::careful_worker();
  worker.receive_some = receive_part;
  return descriptors::run(descriptors::Broker{}, worker, argc, argv);
}

// The writer lets the segment go, uses other memory at its place, and attaches it again.
#include "../mail.h"

namespace {

struct Variant : shared_slots::Right {
  static bool prepare(harness_slots& slots, int fd) {
    void* const place = slots.memory;
    const size_t bytes = slots.mapped;
    harness_slots_detach(&slots);
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    void* const other = mmap(place, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (other == MAP_FAILED) return false;
    memset(other, 'o', bytes);
    munmap(other, bytes);
    return harness_slots_attach(&slots, fd, "mail", shared_slots::kSlots, shared_slots::kBytes) == 0;
  }
};

}  // namespace

int main(int argc, char** argv) { return shared_slots::run<Variant>(argc, argv); }

// Counts its recoveries under a lock of its own, as two threads use the count.
#include <mutex>

#include "../recovery_count.h"

namespace {

std::mutex lock;
long recoveries = 0;

long read() {
  const std::lock_guard<std::mutex> guard(lock);
  return recoveries;
}

void add_one() {
  const std::lock_guard<std::mutex> guard(lock);
  ++recoveries;
}

}  // namespace

int main(int argc, char** argv) { return shm_mutex::run_counting({read, add_one}, argc, argv); }

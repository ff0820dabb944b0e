// Mistake: the reporting thread takes the two locks in the one order, and a recovery in the other.
#include <mutex>

#include "../recovery_count.h"

namespace {

std::mutex count_lock;
std::mutex report_lock;
long recoveries = 0;

long read() {
  const std::lock_guard<std::mutex> reporting(report_lock);
  const std::lock_guard<std::mutex> counting(count_lock);
  return recoveries;
}

void add_one() {
  const std::lock_guard<std::mutex> counting(count_lock);
  const std::lock_guard<std::mutex> reporting(report_lock);
  ++recoveries;
}

}  // namespace

int main(int argc, char** argv) { return shm_mutex::run_counting({read, add_one}, argc, argv); }

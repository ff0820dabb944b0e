#include "sum.h"

namespace {

struct Variant : sum_model::Right {
  static int64_t add(sum_model::Counter& counter) { return shm_counter::add_under_semaphore(counter); }
  static constexpr bool kSurvivesDeaths = false;
};

}  // namespace

int main(int argc, char** argv) { return sum_model::explore_sum<Variant>(argc, argv); }

#include "log.h"

namespace {

struct Variant : log_model::Small {
  template <class Types>
  using Commit = shm_ring::TwoWords<Types>;
};

}  // namespace

int main(int argc, char** argv) { return log_model::explore_log<Variant>(argc, argv); }

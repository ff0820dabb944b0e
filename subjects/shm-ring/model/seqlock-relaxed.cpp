#include "record.h"

namespace {

struct Variant : record_model::Small {
  using Atomics = shm_ring::Relaxed<harness::model::Atomics>;
};

}  // namespace

int main(int argc, char** argv) { return record_model::explore_record<Variant>(argc, argv); }

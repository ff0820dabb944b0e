#include "handover.h"

namespace {

using Atomics = shm_ring::Relaxed<handover_model::Right>;

}  // namespace

int main(int argc, char** argv) { return handover_model::explore_handover<Atomics>(argc, argv); }

#include "handover.h"

namespace {

using Atomics = mapped_pair::Fenced<true, false, handover_model::Right>;

}  // namespace

int main(int argc, char** argv) { return handover_model::explore_handover<Atomics>(argc, argv); }

// Where an arm64 load-exclusive/store-exclusive sequence can be left. No thread may be stopped inside one:
// the stop takes its reservation away, so that the store fails and the sequence begins anew, for ever.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace harness {

// `code` begins with the instruction at `address`. The addresses at which a thread that executes from there
// comes out of the sequence: behind its store, and where branches lead out of it. Empty when the first
// instruction is no load-exclusive, or none of the others its store.
std::vector<uint64_t> ends_of_exclusive(std::span<const uint32_t> code, uint64_t address);

}  // namespace harness

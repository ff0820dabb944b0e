// Bytes of a shared object that a process has mapped, written as any other holder of the object could.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

// Writes `bytes` at `offset` of the object that process `pid` has mapped with MAP_SHARED under `name`: the
// last part of its path in /proc/PID/maps, without `memfd:`. Returns what was there. Never does what the
// kernel keeps from a peer: a private mapping is not shared, and a sealed object (F_SEAL_WRITE, fcntl(2)) is
// not written. Errors: Blame::unavailable where nothing shared has that name, the object ends before, or it
// is sealed.
Result<std::vector<unsigned char>> write_shared_bytes(pid_t pid, const std::string& name, uint64_t offset,
                                                      const std::vector<unsigned char>& bytes);

// Gives the object that process `pid` has mapped with MAP_SHARED under `name` another size, as ftruncate(2)
// of any other holder would. Returns the size before. Errors: Blame::unavailable where nothing shared has
// that name, it is sealed against that size (F_SEAL_SHRINK, F_SEAL_GROW), or nothing leads to it: the process
// has closed its descriptors of it, and it has no name any more.
Result<uint64_t> truncate_shared_object(pid_t pid, const std::string& name, uint64_t size);

}  // namespace harness

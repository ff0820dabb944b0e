// ShmLimit: the private /dev/shm of a worker has no room left, until it is lifted.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "os/sandbox.h"

namespace harness {

class ShmLimit {
 public:
  ShmLimit() = default;
  ShmLimit(const ShmLimit&) = delete;
  ShmLimit& operator=(const ShmLimit&) = delete;

  // Leaves room for what is taken and less than another page: a tmpfs of 0 bytes would be one without a limit
  // (tmpfs(5)). Returns the bytes that it can hold. Errors: Blame::unavailable where /dev/shm is the
  // machine's.
  Result<uint64_t> set(const Sandbox& sandbox);
  // Gives back the size that there was before the first set(). Who uses the worker's /dev/shm again must have
  // seen it succeed.
  Status lift();

 private:
  uint64_t before_ = 0;  // bytes; 0: no limit is set
};

}  // namespace harness

// PrivateMemory: what a stopped program can write and nobody else has, so that it can be put back.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"

namespace harness {

class PrivateMemory {
 public:
  // As it is now. Blame::unavailable: it is so much that putting it back would cost more than a copy does.
  static Result<PrivateMemory> of(pid_t pid);

  // Nothing may have been mapped or unmapped since.
  Status put_back(pid_t pid) const;

 private:
  struct Piece {
    uint64_t address = 0;
    std::vector<std::byte> bytes;
  };

  std::vector<Piece> pieces_;
};

}  // namespace harness

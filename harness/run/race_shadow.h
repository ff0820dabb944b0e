// RaceShadow: the memory that the race detector of all roles of a case share (probe/race/shadow.h), as the
// supervisor makes and empties it.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "os/fd.h"

namespace harness {

// What a program that is linked with the race detector says among its modes (os/program.h), and where the
// detector looks for its memory.
inline constexpr const char* kRaceMode = "race";
inline constexpr const char* kRaceVariable = "HARNESS_RACE";

class RaceShadow {
 public:
  explicit RaceShadow(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // A program that uses it is to be started: it is there.
  Status provide();

  // A case begins: nothing is known of the one before. Zygotes have it mapped, so it stays the same file.
  Status begin_case();

 private:
  std::string path_;
  Fd file_;
  uint32_t generation_ = 0;
  bool is_used_ = false;  // since the case began
};

}  // namespace harness

// SharedWatch: whether the memory that a process shares with others has changed since it was last looked at.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace harness {

class SharedWatch {
 public:
  // Of the process's writable shared mappings, but those of this object. What is more than a megabyte
  // altogether takes too long to look at after each instruction: then nothing is watched.
  SharedWatch(pid_t pid, const std::string& but);

  // By whomever.
  bool has_changed();

  bool is_too_much() const { return is_too_much_; }

 private:
  struct Piece {
    uint64_t address = 0;
    std::vector<std::byte> seen;
  };

  pid_t pid_;
  bool is_too_much_ = false;
  std::vector<Piece> pieces_;
  std::vector<std::byte> now_;
};

}  // namespace harness

// Arena: the shared memory of a program under test, in a file of ours that is mapped in its place.
//
// The kernel knows a futex by the file and the offset that lie under its address, so whoever maps the arena
// shares the program's locks. The program's copies die over it, and what they leave in it is looked at and
// put back from here.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace harness {

// A mapping that the program shares with others.
struct Segment {
  uint64_t address = 0;  // in the program
  uint64_t size = 0;
  uint64_t offset = 0;  // in the arena
  std::string object;   // what the program had mapped there, with the offset in it
};

class Arena {
 public:
  // Room for these segments, whose offsets are chosen here.
  static Result<Arena> make(std::vector<Segment> segments);

  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&&) = delete;
  ~Arena();

  const std::vector<Segment>& segments() const { return segments_; }
  int descriptor() const { return file_.get(); }
  std::span<std::byte> bytes() const { return {memory_, size_}; }

  // Where the bytes at an address of the program lie here; nullptr when not all of them do.
  std::byte* at(uint64_t address, size_t size) const;

  // The number at an address of the program, which must be in the arena.
  uint32_t word(uint64_t address) const;

  // "/dev/shm/name+16", for people.
  std::string describe(uint64_t address) const;

 private:
  Arena() = default;

  std::vector<Segment> segments_;
  Fd file_;
  std::byte* memory_ = nullptr;
  size_t size_ = 0;
};

// The mappings of a process that others may share and that it may write. Empty when it has none.
std::vector<Segment> shared_segments_of(pid_t pid);

}  // namespace harness

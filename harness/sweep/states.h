// States: what a death can let others see, told apart by a digest.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sweep/robust_list.h"

namespace harness {

// Of the bytes of the shared memory and the head of the robust list. The owner's id is left out: words that
// hold it are the same in every copy of the program. 128 bits of a sum over words, each mixed with its place:
// it is kept up to date from the words that have changed alone. Not for adversaries.
struct Digest {
  std::array<uint64_t, 2> sum{};
  bool operator==(const Digest&) const = default;
  auto operator<=>(const Digest&) const = default;
};

// The digest of a state, kept up to date from state to state.
class StateDigest {
 public:
  StateDigest(std::span<const std::byte> beginning, pid_t owner);

  // The state now.
  Digest of(std::span<const std::byte> shared, const RobustHead& head);

  // The same where it is known what has changed: at this place, a multiple of 8, there is now this word.
  void change(size_t place, uint64_t now);
  Digest with(const RobustHead& head) const;

  // The shared memory as it was last told of.
  std::span<const std::byte> seen() const { return seen_; }

 private:
  uint64_t without_owner(uint64_t word) const;
  static void add(Digest& digest, uint64_t place, uint64_t word, bool is_added);

  std::vector<std::byte> seen_;
  uint32_t owner_;
  Digest shared_;
};

struct DigestHash {
  size_t operator()(const Digest& digest) const { return static_cast<size_t>(digest.sum[0]); }
};

}  // namespace harness

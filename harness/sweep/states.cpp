#include "sweep/states.h"

#include <algorithm>
#include <cstring>

namespace harness {
namespace {

constexpr uint32_t kIdMask = 0x3fffffff;  // FUTEX_TID_MASK
constexpr uint32_t kOwner = 0x3ffffff1;   // no thread has this id: there are at most 2^22
constexpr size_t kBlock = 512;            // of bytes that are compared at once
constexpr uint64_t kHeadPlace = uint64_t{1} << 60;

// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// Mappings are whole pages, so that every word is there.
uint64_t word_at(std::span<const std::byte> bytes, size_t place) {
  uint64_t word = 0;
  std::memcpy(&word, bytes.data() + place, sizeof word);
  return word;
}

}  // namespace

StateDigest::StateDigest(std::span<const std::byte> beginning, pid_t owner)
    : seen_(beginning.size()), owner_(static_cast<uint32_t>(owner)) {
  of(beginning, {});
}

uint64_t StateDigest::without_owner(uint64_t word) const {
  const auto half = [this](uint32_t number) {
    return (number & kIdMask) == owner_ ? (number & ~kIdMask) | kOwner : number;
  };
  const auto low = static_cast<uint32_t>(word);
  const auto high = static_cast<uint32_t>(word >> 32);
  return static_cast<uint64_t>(half(high)) << 32 | half(low);
}

void StateDigest::add(Digest& digest, uint64_t place, uint64_t word, bool is_added) {
  if (word == 0) return;  // most of it is, and stays so
  const uint64_t first = mix(word ^ mix(place));
  const uint64_t second = mix(first ^ 0xa5a5a5a5a5a5a5a5);
  digest.sum[0] += is_added ? first : -first;
  digest.sum[1] += is_added ? second : -second;
}

void StateDigest::change(size_t place, uint64_t now) {
  const uint64_t before = word_at(seen_, place);
  add(shared_, place, without_owner(before), false);
  add(shared_, place, without_owner(now), true);
  std::memcpy(seen_.data() + place, &now, sizeof now);
}

Digest StateDigest::with(const RobustHead& head) const {
  Digest digest = shared_;
  add(digest, kHeadPlace, head.next, true);
  add(digest, kHeadPlace + 1, head.offset, true);
  add(digest, kHeadPlace + 2, head.pending, true);
  return digest;
}

Digest StateDigest::of(std::span<const std::byte> shared, const RobustHead& head) {
  for (size_t from = 0; from < shared.size(); from += kBlock) {
    const size_t to = std::min(from + kBlock, shared.size());
    if (std::memcmp(seen_.data() + from, shared.data() + from, to - from) == 0) continue;
    for (size_t place = from; place < to; place += sizeof(uint64_t)) {
      const uint64_t now = word_at(shared, place);
      if (now != word_at(seen_, place)) change(place, now);
    }
  }
  return with(head);
}

}  // namespace harness

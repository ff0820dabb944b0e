#include "os/exclusive_sequence.h"

#include <optional>

namespace harness {
namespace {

// LDXR, LDAXR and their narrow forms; LDXP and LDAXP. CASP shares the pair's code but for its highest bit.
bool is_load_exclusive(uint32_t code) {
  return (code & 0x3fe00000) == 0x08400000 || (code & 0xbfe00000) == 0x88600000;
}

bool is_store_exclusive(uint32_t code) {
  return (code & 0x3fe00000) == 0x08000000 || (code & 0xbfe00000) == 0x88200000;
}

// A field of `bits` bits from `lowest` on: a signed number of instructions.
int64_t offset_in(uint32_t code, int lowest, int bits) {
  const auto field = static_cast<int64_t>(static_cast<uint64_t>(code >> lowest) << (64 - bits));
  return (field >> (64 - bits)) * 4;
}

std::optional<int64_t> branch_offset(uint32_t code) {
  const bool is_conditional = (code & 0xff000010) == 0x54000000;      // B.cond
  const bool compares_with_zero = (code & 0x7e000000) == 0x34000000;  // CBZ, CBNZ
  const bool tests_a_bit = (code & 0x7e000000) == 0x36000000;         // TBZ, TBNZ
  const bool is_unconditional = (code & 0xfc000000) == 0x14000000;    // B
  if (is_conditional || compares_with_zero) return offset_in(code, 5, 19);
  if (tests_a_bit) return offset_in(code, 5, 14);
  if (is_unconditional) return offset_in(code, 0, 26);
  return std::nullopt;
}

}  // namespace

std::vector<uint64_t> ends_of_exclusive(std::span<const uint32_t> code, uint64_t address) {
  if (code.empty() || !is_load_exclusive(code.front())) return {};
  std::vector<uint64_t> targets;
  for (size_t i = 1; i < code.size(); ++i) {
    const uint64_t here = address + 4 * i;
    if (const auto offset = branch_offset(code[i])) targets.push_back(here + static_cast<uint64_t>(*offset));
    if (!is_store_exclusive(code[i])) continue;
    std::vector<uint64_t> ends = {here + 4};
    for (const uint64_t target : targets) {
      if (target < address || target > here + 4) ends.push_back(target);
    }
    return ends;
  }
  return {};
}

}  // namespace harness

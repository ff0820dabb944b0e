#include "sweep/states.h"

#include <array>
#include <cstring>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

constexpr pid_t kOwner = 20'001;
constexpr pid_t kOther = 20'002;

using Memory = std::array<std::byte, 4096>;

Memory with(size_t place, uint32_t word) {
  Memory memory{};
  std::memcpy(memory.data() + place, &word, sizeof word);
  return memory;
}

Digest digest_of(const Memory& memory, pid_t owner, const RobustHead& head = {}) {
  return StateDigest(Memory{}, owner).of(memory, head);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_state)

BOOST_AUTO_TEST_CASE(is_told_apart_by_each_word_its_place_and_the_list) {
  const Digest one = digest_of(with(64, 7), kOwner);
  BOOST_CHECK(one == digest_of(with(64, 7), kOwner));
  BOOST_CHECK(one != digest_of(with(64, 8), kOwner));
  BOOST_CHECK(one != digest_of(with(68, 7), kOwner));
  BOOST_CHECK(one != digest_of(with(64, 7), kOwner, {.pending = 64}));
}

BOOST_AUTO_TEST_CASE(is_the_same_whatever_id_its_owner_has) {
  BOOST_CHECK(digest_of(with(8, kOwner), kOwner) == digest_of(with(8, kOther), kOther));
  BOOST_CHECK(digest_of(with(8, kOwner | 0x80000000), kOwner) ==
              digest_of(with(8, kOther | 0x80000000), kOther));
  BOOST_CHECK(digest_of(with(8, kOwner), kOwner) != digest_of(with(8, kOther), kOwner));
}

BOOST_AUTO_TEST_CASE(has_the_same_digest_whichever_way_it_was_come_to) {
  StateDigest stepwise(Memory{}, kOwner);
  stepwise.of(with(16, 1), {});
  stepwise.of(with(24, 2), {});
  stepwise.change(24, 0);
  stepwise.change(40, 9);
  BOOST_CHECK(stepwise.with({}) == digest_of(with(40, 9), kOwner));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

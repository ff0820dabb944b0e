#include "os/exclusive_sequence.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

constexpr uint64_t kAt = 0x1000;

std::vector<uint64_t> ends(const std::vector<uint32_t>& code) { return ends_of_exclusive(code, kAt); }

BOOST_AUTO_TEST_SUITE(exclusive_sequence)

// 1: ldaxr w2, [x0]; cmp w2, w1; b.ne 2f; stlxr w3, w4, [x0]; cbnz w3, 1b; 2: ret
BOOST_AUTO_TEST_CASE(a_compare_and_swap_ends_behind_its_store_or_where_it_gives_up) {
  const std::vector<uint32_t> code = {0x885ffc02, 0x6b01005f, 0x54000061, 0x8803fc04, 0x35ffff83, 0xd65f03c0};
  BOOST_TEST(ends(code) == (std::vector<uint64_t>{kAt + 16, kAt + 20}), boost::test_tools::per_element());
}

// ldxr x1, [x0]; add x1, x1, #1; stxr w2, x1, [x0]; cbnz w2, …
BOOST_AUTO_TEST_CASE(an_increment_ends_behind_its_store) {
  const std::vector<uint32_t> code = {0xc85f7c01, 0x91000421, 0xc8027c01, 0x35ffffa2};
  BOOST_TEST(ends(code) == (std::vector<uint64_t>{kAt + 12}), boost::test_tools::per_element());
}

// ldaxp x2, x3, [x0]; stlxp w4, x6, x7, [x0]
BOOST_AUTO_TEST_CASE(a_pair_is_a_sequence_too) {
  const std::vector<uint32_t> code = {0xc87f8c02, 0xc8249c06, 0x35ffffc4};
  BOOST_TEST(ends(code) == (std::vector<uint64_t>{kAt + 8}), boost::test_tools::per_element());
}

// casal w1, w2, [x0]; casp x2, x3, x4, x5, [x0]; ldar w1, [x0]; ret
BOOST_AUTO_TEST_CASE(what_swaps_by_one_instruction_is_no_sequence) {
  BOOST_TEST(ends({0x88e1fc02, 0x8803fc04}).empty());
  BOOST_TEST(ends({0x48227c04, 0x8803fc04}).empty());
  BOOST_TEST(ends({0x88dffc01, 0x8803fc04}).empty());
  BOOST_TEST(ends({0xd65f03c0}).empty());
}

BOOST_AUTO_TEST_CASE(a_load_without_its_store_is_no_sequence) {
  BOOST_TEST(ends({0x885ffc02, 0xd65f03c0}).empty());
  BOOST_TEST(ends({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

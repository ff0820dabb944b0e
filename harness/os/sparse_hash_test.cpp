#include "os/sparse_hash.h"

#include <sys/mman.h>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

Fd file_of(off_t size, const std::string& text, off_t at) {
  Fd file(::memfd_create("test", MFD_CLOEXEC));
  BOOST_REQUIRE(::ftruncate(file.get(), size) == 0);
  BOOST_REQUIRE(::pwrite(file.get(), text.data(), text.size(), at) == static_cast<ssize_t>(text.size()));
  return file;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sparse_hash_)

BOOST_AUTO_TEST_CASE(does_not_care_whether_zeros_are_a_hole) {
  const Fd hole = file_of(1 << 20, "x", 500'000);
  const Fd zeros = file_of(1 << 20, "x", 500'000);
  const std::string page(8192, '\0');
  BOOST_REQUIRE(::pwrite(zeros.get(), page.data(), page.size(), 8192) == 8192);
  BOOST_TEST(*sparse_hash(hole) == *sparse_hash(zeros));
}

BOOST_AUTO_TEST_CASE(tells_every_small_change) {
  const std::string before = *sparse_hash(file_of(1 << 20, "x", 500'000));
  BOOST_TEST(*sparse_hash(file_of(1 << 20, "y", 500'000)) != before);
  BOOST_TEST(*sparse_hash(file_of(1 << 20, "x", 500'001)) != before);
  BOOST_TEST(*sparse_hash(file_of(1 << 20, "x", 504'096)) != before);
  BOOST_TEST(*sparse_hash(file_of((1 << 20) + 1, "x", 500'000)) != before);
}

BOOST_AUTO_TEST_CASE(reads_files_whose_end_is_within_a_page) {
  BOOST_TEST(*sparse_hash(file_of(10, "0123456789", 0)) != *sparse_hash(file_of(10, "0123456780", 0)));
  BOOST_TEST(sparse_hash(file_of(0, "", 0)).ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

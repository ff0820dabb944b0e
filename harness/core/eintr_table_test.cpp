#include "core/eintr_table.h"

#include <set>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(eintr_table_of_calls)

BOOST_AUTO_TEST_CASE(every_row_has_an_id_of_its_own_and_a_source) {
  std::set<std::string> ids;
  for (const EintrRow& row : eintr_table()) {
    BOOST_TEST(ids.insert(row.id).second, row.id);
    BOOST_TEST(!row.source.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_call_that_does_not_block_is_never_interrupted) {
  BOOST_TEST(never_interrupted("bind") == "it does not block (bind(2))");
  BOOST_TEST(never_interrupted("bind", "socket") == "it does not block (bind(2))");
}

BOOST_AUTO_TEST_CASE(whether_a_read_can_be_interrupted_depends_on_what_it_reads) {
  BOOST_TEST(never_interrupted("read", "pipe").empty());
  BOOST_TEST(never_interrupted("read").empty());
  BOOST_TEST(never_interrupted("read", "file").starts_with("files are not slow devices"));
}

BOOST_AUTO_TEST_CASE(a_mutex_hides_what_its_futex_says) {
  BOOST_TEST(never_interrupted("futex").empty());
  BOOST_TEST(!never_interrupted("futex", "mutex").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

#include "base/check.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(check)

BOOST_AUTO_TEST_CASE(says_nothing_when_it_holds) { CHECK(1 + 1 == 2) << "never said"; }

BOOST_AUTO_TEST_CASE(names_the_place_the_condition_and_the_words) {
  const auto says_all = [](const BrokenCheck& broken) {
    const std::string text = broken.what();
    return text.find("check_test.cpp:") != std::string::npos &&
           text.ends_with(": CHECK(1 + 1 == 3) is false: victims 2");
  };
  BOOST_CHECK_EXCEPTION(CHECK(1 + 1 == 3) << "victims " << 2, BrokenCheck, says_all);
}

BOOST_AUTO_TEST_CASE(is_one_statement_even_before_an_else) {
  bool went_on = false;
  if (false)
    CHECK(true);
  else
    went_on = true;
  BOOST_TEST(went_on);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

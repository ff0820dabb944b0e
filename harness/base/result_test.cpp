#include "base/result.h"

#include <memory>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return usage_error(std::to_string(number) + " is odd");
  return number / 2;
}

Result<int> quarter(int number) {
  ASSIGN_OR_RETURN(const int once, half(number));
  ASSIGN_OR_RETURN(const int twice, half(once));
  return twice;
}

Status is_even(int number) {
  TRY(half(number));
  return done();
}

BOOST_AUTO_TEST_SUITE(result)

BOOST_AUTO_TEST_CASE(holds_a_value_or_an_error) {
  BOOST_TEST(*half(8) == 4);
  BOOST_TEST(!half(7).ok());
  BOOST_TEST(half(7).error().message == "7 is odd");
}

BOOST_AUTO_TEST_CASE(an_error_leaves_the_function_with_its_blame) {
  BOOST_TEST(*quarter(8) == 2);
  BOOST_TEST(quarter(6).error().message == "3 is odd");
  BOOST_TEST((quarter(6).error().blame == Blame::usage));
  BOOST_TEST(is_even(2).ok());
  BOOST_TEST(is_even(3).error().message == "3 is odd");
}

BOOST_AUTO_TEST_CASE(the_value_of_an_error_is_our_bug_and_says_which_error) {
  const auto says_it = [](const BrokenCheck& broken) {
    return std::string(broken.what()).ends_with("7 is odd");
  };
  BOOST_CHECK_EXCEPTION(*half(7), BrokenCheck, says_it);
}

BOOST_AUTO_TEST_CASE(a_value_can_be_moved_out) {
  Result<std::unique_ptr<int>> owned = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = std::move(owned).value();
  BOOST_TEST(*taken == 5);
}

BOOST_AUTO_TEST_CASE(context_goes_in_front_and_the_rest_stays) {
  const Error error = system_error("open x", ENOENT);
  BOOST_TEST(error.message == "open x: No such file or directory");
  const Error inner = Error(error).in("scenario.yaml");
  BOOST_TEST(inner.message == "scenario.yaml: open x: No such file or directory");
  BOOST_TEST(inner.code == ENOENT);
  BOOST_TEST((unavailable("no ptrace").blame == Blame::unavailable));
  BOOST_TEST((internal_error("disk full").blame == Blame::internal));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

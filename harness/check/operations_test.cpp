#include "check/operations.h"

#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(operations_)

namespace {

using namespace literals;

std::vector<Operation> updates(const History& history) { return operations(history, "update"); }

BOOST_AUTO_TEST_CASE(each_answer_goes_to_its_own_thread_and_object) {
  const History history =
      numbered({invoke("a", "update", 1), invoke("b", "update", 1), invoke("a", "update", 2),
                ok("b", "update", 1, 5), ok("a", "update", 2, 6), ok("a", "update", 1, 7)});
  const auto found = updates(history);
  BOOST_REQUIRE(found.size() == 3u);
  BOOST_TEST(found[0].answer->index == 5);
  BOOST_TEST(found[1].answer->index == 3);
  BOOST_TEST(found[2].answer->index == 4);
}

BOOST_AUTO_TEST_CASE(an_operation_without_an_answer_is_unknown) {
  const History history = numbered({invoke("a", "update"), killed("a")});
  BOOST_REQUIRE(updates(history).size() == 1u);
  BOOST_TEST(updates(history)[0].is_unknown());
}

BOOST_AUTO_TEST_CASE(info_is_unknown_and_fail_is_not) {
  const History history = numbered(
      {invoke("a", "update"), info("a", "update"), invoke("a", "update"), failed("a", "update", 0, 5)});
  BOOST_TEST(updates(history)[0].is_unknown());
  BOOST_TEST(!updates(history)[1].is_unknown());
  BOOST_TEST(!updates(history)[1].is_ok());
}

BOOST_AUTO_TEST_CASE(an_answer_that_the_clean_up_brought_about_is_left_out) {
  const History history = numbered({invoke("a", "update"), deadlock(), ok("a", "update", 0, 1)});
  const auto found = updates(history);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].is_unknown());
}

BOOST_AUTO_TEST_CASE(an_answer_whose_beginning_is_missing_stands_alone) {
  const auto history = numbered({ok("a", "update", 3, 1)});
  const auto found = updates(history);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].object() == 3);
  BOOST_TEST(found[0].begin() == 0);
}

BOOST_AUTO_TEST_CASE(a_second_answer_does_not_replace_the_first) {
  const History history = numbered({invoke("a", "update"), ok("a", "update", 0, 1), ok("a", "update", 0, 2)});
  const auto found = updates(history);
  BOOST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found[0].answer->value(1) == 1);
}

BOOST_AUTO_TEST_CASE(losses_of_one_role_are_not_those_of_another) {
  const History of_a = numbered({lost("operations", "a")});
  BOOST_TEST(operations_lost(of_a));
  BOOST_TEST(operations_lost(of_a, "a"));
  BOOST_TEST(!operations_lost(of_a, "b"));
  BOOST_TEST(operations_lost(numbered({lost("operations")}), "b"));
  BOOST_TEST(!operations_lost(numbered({lost("residue")})));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness

#include "run/turn_order.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

// Tasks 1, 2 and 3: a, its thread, and b.
TurnOrder three(const Schedule& schedule) {
  TurnOrder order(schedule);
  order.add(1, 0, "a");
  order.add(3, 1, "b");
  order.add(2, 0, "a");
  return order;
}

BOOST_AUTO_TEST_SUITE(turn_order)

BOOST_AUTO_TEST_CASE(without_a_word_it_is_the_order_of_roles_and_then_of_age) {
  TurnOrder order = three({});
  BOOST_TEST(order.next({1, 2, 3}) == 1);
  BOOST_TEST(order.next({2, 3}) == 2);
  BOOST_TEST(order.next({3}) == 3);
  BOOST_TEST((order.names() == std::vector<std::string>{"a", "b", "a+2"}));
}

BOOST_AUTO_TEST_CASE(who_is_named_goes_first_and_the_others_behind) {
  TurnOrder order = three({.order = {"a+2", "b"}});
  BOOST_TEST(order.next({1, 2, 3}) == 2);
  BOOST_TEST(order.next({1, 3}) == 3);
  BOOST_TEST(order.next({1}) == 1);
}

BOOST_AUTO_TEST_CASE(at_a_change_the_one_whose_turn_it_is_goes_behind_and_stays_there) {
  TurnOrder order = three({.changes = {2, 3}});
  BOOST_TEST(order.next({1, 2, 3}) == 1);
  BOOST_TEST(order.next({1, 2, 3}) == 2, "1 has been put behind");
  BOOST_TEST(order.next({1, 2, 3}) == 3, "and then 2, behind 1");
  BOOST_TEST(order.next({1, 2}) == 1);
  BOOST_TEST(order.turns() == 4);
}

BOOST_AUTO_TEST_CASE(a_change_where_one_stands_alone_lets_it_go_on_and_takes_its_place) {
  TurnOrder order = three({.changes = {1}});
  BOOST_TEST(order.next({1}) == 1);
  BOOST_TEST(order.next({1, 3}) == 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

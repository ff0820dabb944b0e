#include <boost/test/unit_test.hpp>

#include "check/history_literals.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(no_residue)

namespace {

using namespace literals;

std::string judged(const History& history) { return told(findings_of("no_residue", case_of({}), history)); }

BOOST_AUTO_TEST_CASE(passes_when_nothing_is_left) { BOOST_TEST(judged(numbered({exited("owner")})) == ""); }

BOOST_AUTO_TEST_CASE(fails_for_each_object_left_behind) {
  const History history =
      numbered({exited("owner"), residue("posix-shm", "/dev/shm/x"), residue("process", "sleep 9")});
  BOOST_TEST(judged(history) ==
             "fail: left behind: posix-shm /dev/shm/x\nfail: left behind: process sleep 9");
  BOOST_TEST(findings_of("no_residue", case_of({}), history).at(1).events == (std::vector<int>{2}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(says_who_made_what_was_left) {
  Event left = residue("posix-shm", "/dev/shm/x");
  left.data["maker"] = {{"role", "owner"}, {"pid", 5}, {"call", "openat"}};
  BOOST_TEST(judged(numbered({left})) ==
             "fail: left behind: posix-shm /dev/shm/x, made by owner (process 5) with openat");
}

BOOST_AUTO_TEST_CASE(is_inconclusive_when_nobody_could_look) {
  BOOST_TEST(judged(numbered({lost("residue")})) ==
             "inconclusive: what was left behind could not be seen: the journal is full");
  BOOST_TEST(judged(numbered({lost("operations")})) == "");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness

#include "run/met_calls.h"

#include <boost/test/unit_test.hpp>

#include "os/syscalls.h"

namespace harness {
BOOST_AUTO_TEST_SUITE(met_calls)

namespace {

MetCalls::Call read_of(const std::vector<std::string>& words, uint64_t bytes, bool is_nonblocking = false) {
  return {.pid = 7,
          .name = "read",
          .args = {3, 0, bytes},
          .object = {.words = words, .kind = "pipe", .is_nonblocking = is_nonblocking},
          .asked = bytes};
}

nlohmann::json points_of(const MetCalls& calls, pid_t pid = 7) {
  return calls.told().at({0, pid}).at("points");
}

BOOST_AUTO_TEST_CASE(arrivals_are_told_by_the_word_that_says_most_and_count_all_that_it_names) {
  MetCalls calls;
  calls.on_call(read_of({"link", "pipe", "3"}, 10));
  calls.on_call(read_of({"pipe", "4"}, 20));
  calls.on_call(read_of({"link", "pipe", "3"}, 30));
  const auto points = points_of(calls);
  BOOST_REQUIRE(points.size() == 2);
  BOOST_TEST(points[0].at("point") == "syscall:read(link)/enter");
  BOOST_TEST(points[0].at("arrivals") == (std::vector<int>{1, 2}));
  BOOST_TEST(points[0].at("asked") == (std::vector<int>{10, 30}));
  BOOST_TEST(points[1].at("point") == "syscall:read(pipe)/enter");
  BOOST_TEST(points[1].at("arrivals") == std::vector<int>{2});  // the first call was on a pipe as well
}

BOOST_AUTO_TEST_CASE(each_process_counts_for_itself) {
  MetCalls calls;
  calls.on_call(read_of({}, 1));
  MetCalls::Call other = read_of({}, 1);
  other.pid = 8;
  calls.on_call(other);
  BOOST_TEST(points_of(calls)[0].at("arrivals") == std::vector<int>{1});
  BOOST_TEST(points_of(calls, 8)[0].at("arrivals") == std::vector<int>{1});
}

BOOST_AUTO_TEST_CASE(a_point_is_nonblocking_when_all_of_its_calls_were) {
  MetCalls calls;
  calls.on_call(read_of({}, 1, true));
  BOOST_TEST(points_of(calls)[0].value("nonblocking", false));
  calls.on_call(read_of({}, 1, false));
  BOOST_TEST(!points_of(calls)[0].value("nonblocking", false));
}

BOOST_AUTO_TEST_CASE(no_point_is_made_of_a_call_at_which_a_stop_would_be_for_ever) {
  for (const char* name : {"execve", "execveat", "rt_sigreturn", "restart_syscall"})
    BOOST_TEST(explorable_calls().count(*syscall_number(name)) == 0, name);
  BOOST_TEST(explorable_calls().count(*syscall_number("read")) == 1);
  for (const char* name : {"exit_group", "clone", "clone3"})
    BOOST_TEST(returning_calls().count(*syscall_number(name)) == 0, name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harness

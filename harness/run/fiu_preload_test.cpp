#include "run/fiu_preload.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(fiu_preload)

BOOST_AUTO_TEST_CASE(only_its_own_names_are_points_of_the_library) {
  BOOST_TEST(is_posix_point(*parse_point("probe:posix/io/rw/read")));
  BOOST_TEST(!is_posix_point(*parse_point("probe:lock.held")));
  BOOST_TEST(!is_posix_point(*parse_point("syscall:read/enter")));
}

BOOST_AUTO_TEST_CASE(a_length_is_never_reduced_by_libfiu) {
  const Status status = check_posix_point(*parse_point("probe:posix/io/rw/read/reduce"), "/proc/self/exe");
  BOOST_TEST(status.error().message.find("use short(BYTES)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

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

BOOST_AUTO_TEST_CASE(a_sanitizers_runtime_of_gcc_comes_before_what_is_preloaded) {
  for (const char* runtime : {"libasan.so.8", "libtsan.so.2"}) {
    const Program program{.libraries = {"libstdc++.so.6", runtime, "libc.so.6"}};
    BOOST_TEST(after_runtime(program, "/a/probe.so /usr/lib/fiu/posix.so") ==
               std::string(runtime) + " /a/probe.so /usr/lib/fiu/posix.so");
    BOOST_TEST(after_runtime(program, after_runtime(program, "/a/probe.so")) ==
               std::string(runtime) + " /a/probe.so");
  }
}

BOOST_AUTO_TEST_CASE(other_libraries_leave_the_order_of_what_is_preloaded_alone) {
  for (const char* library : {"libubsan.so.1", "libmyasan.so", "libc.so.6"})
    BOOST_TEST(after_runtime(Program{.libraries = {library}}, "/a/probe.so") == "/a/probe.so");
  BOOST_TEST(after_runtime(Program{}, "/a/probe.so") == "/a/probe.so");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

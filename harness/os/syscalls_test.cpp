// Names of system calls, here and on other architectures.
#include "os/syscalls.h"

#include <boost/test/unit_test.hpp>

using namespace harness;

BOOST_AUTO_TEST_SUITE(syscalls)

BOOST_AUTO_TEST_CASE(a_call_has_the_number_of_the_architecture_that_is_asked_for) {
  BOOST_TEST(*syscall_number("write", "x86_64") == 1);
  BOOST_TEST(*syscall_number("write", "aarch64") == 64);
}

BOOST_AUTO_TEST_CASE(a_call_that_only_x86_has_is_refused_for_arm64_with_what_is_called_there) {
  BOOST_TEST(syscall_number("poll", "x86_64").ok());
  const auto number = syscall_number("poll", "aarch64");
  BOOST_REQUIRE(!number.ok());
  BOOST_TEST(number.error().message ==
             "\"poll\" is no system call on aarch64; the call made there instead is ppoll");
}

BOOST_AUTO_TEST_CASE(a_library_function_is_refused_with_the_call_that_it_makes) {
  const auto send = syscall_number("send", "x86_64");  // a number of libseccomp's own
  BOOST_REQUIRE(!send.ok());
  BOOST_TEST(send.error().message ==
             "\"send\" is no system call on x86_64 but a library function; the call it makes is sendto");
  const auto number = syscall_number("sem_wait", "aarch64");
  BOOST_REQUIRE(!number.ok());
  BOOST_TEST(number.error().message ==
             "\"sem_wait\" is no system call on aarch64 but a library function; the call it makes is futex");
}

BOOST_AUTO_TEST_CASE(a_misspelt_name_is_refused_with_the_nearest) {
  const auto number = syscall_number("futx");
  BOOST_REQUIRE(!number.ok());
  BOOST_TEST(number.error().message ==
             "system call \"futx\" is not known on this architecture; did you mean futex?");
}

BOOST_AUTO_TEST_SUITE_END()

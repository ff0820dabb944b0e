#include "core/kernel_names.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(kernel_names)

BOOST_AUTO_TEST_CASE(errors_have_the_names_of_their_man_page) {
  BOOST_TEST(errno_name(kOwnerDead) == "EOWNERDEAD");
  BOOST_TEST(errno_name(131) == "ENOTRECOVERABLE");
  BOOST_TEST(errno_name(110) == "ETIMEDOUT");
  BOOST_TEST(errno_name(4095) == "errno 4095");
}

BOOST_AUTO_TEST_CASE(signals_have_names_both_ways) {
  BOOST_TEST(signal_name(kSigkill) == "SIGKILL");
  BOOST_TEST(signal_name(70) == "signal 70");
  BOOST_TEST(signal_number("SIGPIPE").value_or(0) == 13);
  BOOST_TEST(signal_number("SIGIO").value_or(0) == 29);
  BOOST_TEST(signal_number("SIGPOLL").value_or(0) == 29);
  BOOST_TEST(!signal_number("SIGPIP").has_value());
  BOOST_TEST(!signal_number("").has_value());
}

BOOST_AUTO_TEST_CASE(real_time_signals_are_counted_from_the_first_or_the_last) {
  BOOST_TEST(signal_name(34) == "SIGRTMIN");
  BOOST_TEST(signal_name(36) == "SIGRTMIN+2");
  BOOST_TEST(signal_name(64) == "SIGRTMIN+30");
  for (int number = 34; number <= 64; ++number)
    BOOST_TEST(signal_number(signal_name(number)).value_or(0) == number);
  BOOST_TEST(signal_number("RTMAX").value_or(0) == 64);
  BOOST_TEST(signal_number("SIGRTMAX-1").value_or(0) == 63);
  for (const char* none :
       {"SIGRTMIN+31", "SIGRTMIN-1", "SIGRTMAX+1", "SIGRTMAX-31", "SIGRTMIN+", "SIGRTMIN+0", "SIGRTMIN+2x"})
    BOOST_TEST(!signal_number(none).has_value(), none);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

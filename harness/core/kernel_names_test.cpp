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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

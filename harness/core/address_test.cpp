#include "core/address.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

std::string told_of(std::string_view address) {
  const auto scheme = scheme_of(address);
  return scheme ? *scheme : scheme.error().message;
}

BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(each_scheme_is_known) {
  BOOST_TEST(told_of("unix://{tmp}/link.socket") == "unix");
  BOOST_TEST(told_of("unix://@name") == "unix");
  BOOST_TEST(told_of("tcp://127.0.0.1:0") == "tcp");
  BOOST_TEST(told_of("fd://3") == "fd");
}

BOOST_AUTO_TEST_CASE(a_wrong_one_is_told_with_what_is_wrong_and_how_to_write_it) {
  const std::string how = "; write unix://PATH, unix://@NAME or tcp://HOST:PORT";
  BOOST_TEST(told_of("udp://a:1") == "address \"udp://a:1\" has no scheme that is known" + how);
  BOOST_TEST(told_of("/tmp/s") == "address \"/tmp/s\" has no scheme that is known" + how);
  BOOST_TEST(told_of("unix://") == "address \"unix://\" has no name" + how);
  BOOST_TEST(told_of("unix://@") == "address \"unix://@\" has no name" + how);
  BOOST_TEST(told_of("tcp://127.0.0.1") == "address \"tcp://127.0.0.1\" has no host and port" + how);
  BOOST_TEST(told_of("tcp://a:70000") ==
             "address \"tcp://a:70000\" has a port that is no number from 0 to 65535" + how);
  BOOST_TEST(told_of("fd://x") == "address \"fd://x\" names no descriptor" + how);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

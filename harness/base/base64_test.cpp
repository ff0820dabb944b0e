#include "base/base64.h"

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(base64)

// The examples of RFC 4648, section 10.
BOOST_AUTO_TEST_CASE(pads_as_the_standard_says) {
  BOOST_TEST(encode_base64("") == "");
  BOOST_TEST(encode_base64("f") == "Zg==");
  BOOST_TEST(encode_base64("fo") == "Zm8=");
  BOOST_TEST(encode_base64("foo") == "Zm9v");
  BOOST_TEST(encode_base64("foobar") == "Zm9vYmFy");
}

BOOST_AUTO_TEST_CASE(takes_every_byte) {
  BOOST_TEST(encode_base64(std::string_view("\0\xff\x80", 3)) == "AP+A");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

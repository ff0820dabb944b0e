#include "base/sha256.h"

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(sha256)

// The examples of FIPS 180-4.
BOOST_AUTO_TEST_CASE(gives_the_digests_of_the_standard) {
  BOOST_TEST(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(sha256_hex(std::string(1'000'000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(does_not_care_in_which_pieces_it_is_fed) {
  const std::string text(200, 'x');
  Sha256 pieces;
  for (size_t at = 0, size = 1; at < text.size(); at += size, ++size) {
    size = std::min(size, text.size() - at);
    pieces.add(std::string_view(text).substr(at, size));
  }
  BOOST_TEST(pieces.hex() == sha256_hex(text));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

#include "run/protocol.h"

#include <sys/socket.h>

#include <boost/test/unit_test.hpp>

#include "os/fd.h"

namespace harness {
namespace {

struct Stream {
  Stream() {
    int ends[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    ours = Fd(ends[0]);
    theirs = Fd(ends[1]);
  }
  void say(const std::string& text) {
    BOOST_REQUIRE(::write(theirs.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  Fd ours;
  Fd theirs;
};

BOOST_AUTO_TEST_SUITE(protocol)

BOOST_AUTO_TEST_CASE(a_line_may_come_in_pieces) {
  Stream stream;
  LineReader reader(stream.ours.get());
  for (const char* piece : {"{\"ca", "se\":", " 1}"}) {
    stream.say(piece);
    BOOST_REQUIRE(reader.fill());
    BOOST_TEST(!reader.next().has_value());
  }
  stream.say("\nthe n");
  BOOST_REQUIRE(reader.fill());
  BOOST_TEST(reader.next().value() == "{\"case\": 1}");
  BOOST_TEST(!reader.next().has_value());
  stream.say("ext\n");
  BOOST_REQUIRE(reader.fill());
  BOOST_TEST(reader.next().value() == "the next");
}

BOOST_AUTO_TEST_CASE(lines_that_come_together_are_given_one_by_one) {
  Stream stream;
  LineReader reader(stream.ours.get());
  stream.say("one\n\ntwo\nthr");
  BOOST_REQUIRE(reader.fill());
  BOOST_TEST(reader.next().value() == "one");
  BOOST_TEST(reader.next().value() == "");
  BOOST_TEST(reader.next().value() == "two");
  BOOST_TEST(!reader.next().has_value());
  stream.theirs.reset();
  BOOST_TEST(!reader.fill());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

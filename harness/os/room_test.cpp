#include "os/room.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

using Ends = std::pair<Fd, Fd>;  // to read, to write

Ends make_pipe() {
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

Ends make_sockets(int type) {
  int ends[2];
  BOOST_REQUIRE(::socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

ssize_t put(const Ends& link, size_t bytes) {
  return ::write(link.second.get(), std::string(bytes, 'x').data(), bytes);
}

bool would_block(const Ends& link, size_t bytes) { return put(link, bytes) < 0 && errno == EAGAIN; }

BOOST_AUTO_TEST_SUITE(room)

BOOST_AUTO_TEST_CASE(a_pipe_is_full_with_the_record_that_is_queued_in_it) {
  const Ends link = make_pipe();
  BOOST_REQUIRE(put(link, 4000) == 4000);
  const auto room = shrink_room(link.second, "pipe");
  BOOST_TEST(room->before == ::sysconf(_SC_PAGESIZE) * 16);
  BOOST_TEST(room->after == ::sysconf(_SC_PAGESIZE));
  BOOST_TEST(room->is_full == would_block(link, 4000));
}

BOOST_AUTO_TEST_CASE(a_pipe_keeps_the_pages_that_are_in_use) {
  const Ends link = make_pipe();
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < 3; ++i) BOOST_REQUIRE(put(link, page) == static_cast<ssize_t>(page));
  BOOST_TEST(static_cast<size_t>(shrink_room(link.second, "pipe")->after) == 4 * page);
  BOOST_TEST(put(link, page) == static_cast<ssize_t>(page));
  BOOST_TEST(would_block(link, 1));
}

BOOST_AUTO_TEST_CASE(a_pipe_that_is_full_is_no_fault) {
  const Ends link = make_pipe();
  while (put(link, 4096) > 0) continue;
  BOOST_TEST((shrink_room(link.second, "pipe").error().blame == Blame::unavailable));
}

BOOST_AUTO_TEST_CASE(a_unix_stream_socket_may_have_less_room_than_is_queued) {
  const Ends link = make_sockets(SOCK_STREAM);
  BOOST_REQUIRE(put(link, 4000) == 4000);
  BOOST_REQUIRE(put(link, 4000) == 4000);
  const auto room = shrink_room(link.second, "unix-stream");
  BOOST_TEST(room->after < room->before);
  BOOST_TEST(room->is_full);
  BOOST_TEST(would_block(link, 1));
  std::string received(16000, ' ');
  BOOST_TEST(::read(link.first.get(), received.data(), received.size()) == 8000);
  BOOST_TEST((shrink_room(link.second, "unix-stream").error().blame == Blame::unavailable));
}

BOOST_AUTO_TEST_CASE(less_room_is_no_full_link_for_messages_and_windows) {
  const Ends link = make_sockets(SOCK_SEQPACKET);
  BOOST_TEST(shrink_room(link.second, "unix-seqpacket").error().message.find("EMSGSIZE") !=
             std::string::npos);
  BOOST_TEST(shrink_room(link.second, "tcp").error().message.find("window") != std::string::npos);
  BOOST_TEST(shrink_room(link.second, "file").error().message ==
             "a file has no room that could be taken away");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

#include "os/socket_timeouts.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "os/fd.h"

namespace harness {
namespace {

bool can_ask() {
  const Fd self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  return Fd(static_cast<int>(::syscall(SYS_pidfd_getfd, self.get(), self.get(), 0))).is_open();
}

BOOST_AUTO_TEST_SUITE(socket_timeouts)

BOOST_AUTO_TEST_CASE(a_timeout_is_seen_in_its_direction_only) {
  if (!can_ask()) return;
  int ends[2];
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const Fd one(ends[0]);
  const Fd other(ends[1]);
  const timeval limit{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(one.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  BOOST_TEST(has_socket_timeout(::getpid(), one.get(), Direction::receiving));
  BOOST_TEST(!has_socket_timeout(::getpid(), one.get(), Direction::sending));
  BOOST_TEST(!has_socket_timeout(::getpid(), other.get(), Direction::receiving));
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_has_none) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const Fd one(ends[0]);
  const Fd other(ends[1]);
  BOOST_TEST(!has_socket_timeout(::getpid(), one.get(), Direction::receiving));
  BOOST_TEST(!has_socket_timeout(::getpid(), 1000, Direction::receiving));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

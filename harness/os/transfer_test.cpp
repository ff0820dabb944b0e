#include "os/transfer.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

uint64_t address_of(const void* object) { return reinterpret_cast<uint64_t>(object); }

std::optional<uint64_t> asked(const std::string& call, const void* second, uint64_t third) {
  return bytes_asked(::getpid(), call, {0, address_of(second), third});
}

BOOST_AUTO_TEST_SUITE(transfer)

BOOST_AUTO_TEST_CASE(what_a_call_asks_for_is_the_sum_of_its_buffers) {
  char bytes[30];
  iovec parts[] = {{bytes, 10}, {bytes + 10, 20}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  BOOST_TEST((asked("write", bytes, 30) == 30u));
  BOOST_TEST((asked("recvfrom", bytes, 12) == 12u));
  BOOST_TEST((asked("readv", parts, 2) == 30u));
  BOOST_TEST((asked("writev", parts, 1) == 10u));
  BOOST_TEST((asked("sendmsg", &message, 0) == 30u));
  BOOST_TEST((asked("recvmsg", &message, 0) == 30u));
}

BOOST_AUTO_TEST_CASE(of_a_call_that_moves_nothing_or_cannot_be_read_nothing_is_known) {
  BOOST_TEST(!asked("close", nullptr, 0));
  BOOST_TEST(!asked("readv", nullptr, 1));
  BOOST_TEST(!asked("sendmsg", nullptr, 0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

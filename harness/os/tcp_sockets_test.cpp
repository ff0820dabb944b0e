#include "os/tcp_sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "os/fd.h"

namespace harness {
namespace {

const std::string kHead =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

std::string row(const std::string& local, const std::string& remote, const std::string& queues,
                const std::string& timer, int inode) {
  return "   1: 0100007F:" + local + " 0100007F:" + remote + " 01 " + queues + " " + timer +
         ":00000014 00000000     0        0 " + std::to_string(inode) + " 2 0000000000000000 20 4 30 10 -1\n";
}

BOOST_AUTO_TEST_SUITE(tcp_sockets)

BOOST_AUTO_TEST_CASE(reads_the_rows_and_leaves_out_the_heading) {
  const auto sockets = parse_tcp_sockets(kHead + row("A000", "1F90", "00000000:00000005", "00", 77));
  BOOST_REQUIRE(sockets.size() == 1u);
  BOOST_TEST(sockets[0].local == "0100007F:A000");
  BOOST_TEST(sockets[0].remote == "0100007F:1F90");
  BOOST_TEST(sockets[0].inode == 77u);
  BOOST_TEST(!sockets[0].is_sending);
}

BOOST_AUTO_TEST_CASE(is_under_way_while_bytes_are_not_acknowledged_or_the_kernel_will_try_again) {
  const auto under_way = [](const std::string& queues, const std::string& timer) {
    return is_any_under_way(parse_tcp_sockets(row("A000", "1F90", queues, timer, 77)), {77});
  };
  BOOST_TEST(!under_way("00000000:00000000", "00"));
  BOOST_TEST(!under_way("00000000:00000000", "02"));  // keepalive moves nothing
  BOOST_TEST(under_way("00000010:00000000", "00"));
  BOOST_TEST(under_way("00000000:00000000", "01"));
  BOOST_TEST(under_way("00000000:00000000", "04"));
}

BOOST_AUTO_TEST_CASE(counts_the_other_end_also_when_its_process_has_ended) {
  const auto sockets = parse_tcp_sockets(row("1F90", "A000", "00000000:00000000", "00", 77) +
                                         row("A000", "1F90", "00000010:00000000", "01", 0));
  BOOST_TEST(is_any_under_way(sockets, {77}));
}

BOOST_AUTO_TEST_CASE(says_nothing_of_the_connections_of_others) {
  const auto sockets = parse_tcp_sockets(row("A000", "1F90", "00000010:00000000", "01", 78));
  BOOST_TEST(!is_any_under_way(sockets, {77}));
}

// A connection of this process to itself.
struct Connection {
  Fd listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  Fd client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  Fd server;

  Connection() {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    BOOST_REQUIRE(::bind(listener.get(), plain, size) == 0);
    BOOST_REQUIRE(::listen(listener.get(), 1) == 0);
    BOOST_REQUIRE(::getsockname(listener.get(), plain, &size) == 0);
    BOOST_REQUIRE(::connect(client.get(), plain, size) == 0);
    server = Fd(::accept(listener.get(), nullptr, nullptr));
    BOOST_REQUIRE(server.is_open());
  }

  // The reader never reads, so the last of it cannot be delivered.
  void fill() const {
    const std::string bytes(65536, 'x');
    while (::send(client.get(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) continue;
  }
};

BOOST_AUTO_TEST_CASE(a_connection_on_which_all_has_come_is_still) {
  const Connection connection;
  BOOST_REQUIRE(::send(connection.client.get(), "x", 1, 0) == 1);
  char byte = 0;
  BOOST_REQUIRE(::recv(connection.server.get(), &byte, 1, 0) == 1);
  BOOST_TEST(!has_tcp_under_way({::getpid()}));
}

BOOST_AUTO_TEST_CASE(what_finds_no_room_is_under_way) {
  const Connection connection;
  connection.fill();
  BOOST_TEST(has_tcp_under_way({::getpid()}));
}

BOOST_AUTO_TEST_CASE(it_is_under_way_too_when_nobody_holds_its_sending_end_any_more) {
  Connection connection;
  connection.fill();
  connection.client = Fd();
  BOOST_TEST(has_tcp_under_way({::getpid()}));
}

BOOST_AUTO_TEST_CASE(the_queues_tell_of_every_byte_that_was_read) {
  const Connection connection;
  BOOST_REQUIRE(::send(connection.client.get(), "xy", 2, 0) == 2);
  const std::string before = tcp_queues_of({::getpid()});
  char byte = 0;
  BOOST_REQUIRE(::recv(connection.server.get(), &byte, 1, 0) == 1);
  BOOST_TEST(tcp_queues_of({::getpid()}) != before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

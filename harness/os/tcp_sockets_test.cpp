#include "os/tcp_sockets.h"

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

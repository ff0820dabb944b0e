#include "os/tcp_sockets.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/xattr.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "os/descriptors.h"
#include "os/files.h"
#include "os/procfs.h"

namespace harness {
namespace {

constexpr std::string_view kSocket = "socket:[";

constexpr size_t kMappedPrefix = 12;  // bytes of ::ffff:0:0/96 (ipv6(7))

// The fields of a row: number, local, remote, state, tx_queue:rx_queue, timer:when, retransmits, uid,
// timeout, inode.
constexpr size_t kLocal = 1;
constexpr size_t kRemote = 2;
constexpr size_t kQueues = 4;
constexpr size_t kTimer = 5;
constexpr size_t kInode = 9;

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Timers 1 and 4: sending again what was not acknowledged, and asking whether a full peer has room again.
bool is_sending(const std::string& queues, const std::string& timer) {
  const bool is_empty = queues.find_first_not_of('0') == queues.find(':');
  return !is_empty || timer.starts_with("01:") || timer.starts_with("04:");
}

uint64_t number_in(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "TCP", "TCPv6", "UNIX-STREAM" …; of a socket that does not tell, "".
std::string protocol_of(const std::string& descriptor) {
  char name[32] = {};
  const ssize_t size = ::getxattr(descriptor.c_str(), "system.sockprotoname", name, sizeof(name) - 1);
  return size > 0 ? name : "";
}

// A TCP socket that a process holds, as the kernel tells of it at once. To read one of its tables takes it
// milliseconds, since it looks through all of its hash table.
struct HeldSocket {
  uint64_t inode = 0;
  bool is_known = false;   // no: it could not be asked
  bool is_over_6 = false;  // in the table tcp6
  std::string local;       // the bytes of its addresses
  std::string remote;
  tcp_info info{};
  int unsent = 0;  // bytes that were not acknowledged, whether sent or not
  int unread = 0;

  // The other end has sent all that it ever will.
  bool is_ended() const {
    return info.tcpi_state == TCP_CLOSE || info.tcpi_state == TCP_CLOSE_WAIT ||
           info.tcpi_state == TCP_LAST_ACK || info.tcpi_state == TCP_CLOSING || info.tcpi_state == TCP_LISTEN;
  }
  // Of a listener this is the connections that wait to be accepted.
  bool is_sending() const { return info.tcpi_state != TCP_LISTEN && (info.tcpi_unacked != 0 || unsent != 0); }
};

HeldSocket look_at(pid_t process, int number, uint64_t inode, bool is_over_6) {
  HeldSocket held{.inode = inode, .is_over_6 = is_over_6};
  const Fd copy = copy_descriptor(process, number);
  socklen_t size = sizeof(held.info);
  held.is_known = copy.is_open() && ::getsockopt(copy.get(), IPPROTO_TCP, TCP_INFO, &held.info, &size) == 0;
  if (!held.is_known) return held;
  held.local = local_address(copy);
  held.remote = remote_address(copy);
  ::ioctl(copy.get(), SIOCOUTQ, &held.unsent);
  ::ioctl(copy.get(), SIOCINQ, &held.unread);
  return held;
}

std::vector<HeldSocket> held_by(pid_t process) {
  std::vector<HeldSocket> held;
  std::error_code error;
  const std::string folder = proc_folder(process) + "/fd";
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string target = read_link(entry.path().string());
    if (!target.starts_with(kSocket)) continue;
    const std::string protocol = protocol_of(entry.path().string());
    if (!protocol.empty() && !protocol.starts_with("TCP")) continue;
    const int number = std::atoi(entry.path().filename().c_str());
    held.push_back(look_at(process, number, number_in(std::string_view(target).substr(kSocket.size())),
                           protocol == "TCPv6"));
  }
  return held;
}

std::vector<HeldSocket> held_by(const std::set<pid_t>& processes) {
  std::vector<HeldSocket> held;
  for (const pid_t process : processes) {
    for (HeldSocket& socket : held_by(process)) held.push_back(std::move(socket));
  }
  return held;
}

bool is_other_end_among(const std::vector<HeldSocket>& held, const HeldSocket& socket) {
  return std::any_of(held.begin(), held.end(), [&](const HeldSocket& other) {
    return !socket.local.empty() && other.local == socket.remote && other.remote == socket.local;
  });
}

// Those of whom only a table can say whether anything is still on its way to them: nobody holds their other
// end.
std::set<uint64_t> with_lost_ends(const std::vector<HeldSocket>& held, bool is_over_6) {
  std::set<uint64_t> inodes;
  for (const HeldSocket& socket : held) {
    if (socket.is_known && (socket.is_over_6 != is_over_6 || socket.is_ended())) continue;
    if (!socket.is_known || !is_other_end_among(held, socket)) inodes.insert(socket.inode);
  }
  return inodes;
}

bool is_under_way_by_table(const std::set<pid_t>& processes, const char* table,
                           const std::set<uint64_t>& inodes) {
  if (inodes.empty()) return false;
  // They are all in one network, which may be another than ours.
  for (const pid_t process : processes) {
    const auto rows = read_file(proc_folder(process) + "/net/" + table);
    if (rows) return is_any_under_way(parse_tcp_sockets(*rows), inodes);
  }
  return false;
}

using AddressOf = int (*)(int, sockaddr*, socklen_t*);

std::string bytes_of(const void* from, size_t count) { return {static_cast<const char*>(from), count}; }

// Where a socket over IPv6 speaks with one over IPv4, each names the same address in its own way.
std::string address_by(AddressOf ask, const Fd& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (ask(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return "";
  if (address.ss_family == AF_INET) {
    const auto& ip4 = reinterpret_cast<const sockaddr_in&>(address);
    return bytes_of(&ip4.sin_addr, sizeof(ip4.sin_addr)) + bytes_of(&ip4.sin_port, sizeof(ip4.sin_port));
  }
  const auto& ip6 = reinterpret_cast<const sockaddr_in6&>(address);
  const std::string ip = bytes_of(&ip6.sin6_addr, sizeof(ip6.sin6_addr));
  return (IN6_IS_ADDR_V4MAPPED(&ip6.sin6_addr) ? ip.substr(kMappedPrefix) : ip) +
         bytes_of(&ip6.sin6_port, sizeof(ip6.sin6_port));
}

}  // namespace

std::string local_address(const Fd& socket) { return address_by(::getsockname, socket); }

std::string remote_address(const Fd& socket) { return address_by(::getpeername, socket); }

std::vector<TcpSocket> parse_tcp_sockets(std::string_view table) {
  std::vector<TcpSocket> sockets;
  while (!table.empty()) {
    const size_t end = std::min(table.find('\n'), table.size());
    const std::vector<std::string> words = words_of(table.substr(0, end));
    table.remove_prefix(std::min(end + 1, table.size()));
    if (words.size() <= kInode || !words.front().ends_with(':')) continue;
    sockets.push_back({.local = words[kLocal],
                       .remote = words[kRemote],
                       .inode = number_in(words[kInode]),
                       .queues = words[kQueues],
                       .is_sending = is_sending(words[kQueues], words[kTimer])});
  }
  return sockets;
}

bool is_any_under_way(const std::vector<TcpSocket>& sockets, const std::set<uint64_t>& inodes) {
  const auto is_other_end_of_ours = [&](const TcpSocket& socket) {
    return std::any_of(sockets.begin(), sockets.end(), [&](const TcpSocket& ours) {
      return inodes.count(ours.inode) != 0 && ours.local == socket.remote && ours.remote == socket.local;
    });
  };
  return std::any_of(sockets.begin(), sockets.end(), [&](const TcpSocket& socket) {
    return socket.is_sending && (inodes.count(socket.inode) != 0 || is_other_end_of_ours(socket));
  });
}

bool has_tcp_under_way(const std::set<pid_t>& processes) {
  const std::vector<HeldSocket> held = held_by(processes);
  if (std::any_of(held.begin(), held.end(), [](const HeldSocket& socket) { return socket.is_sending(); }))
    return true;
  return is_under_way_by_table(processes, "tcp", with_lost_ends(held, false)) ||
         is_under_way_by_table(processes, "tcp6", with_lost_ends(held, true));
}

std::string tcp_queues_of(const std::set<pid_t>& processes) {
  std::string text;
  for (const HeldSocket& socket : held_by(processes)) {
    text += std::to_string(socket.inode) + " " + std::to_string(socket.info.tcpi_unacked) + ":" +
            std::to_string(socket.unsent) + ":" + std::to_string(socket.unread) + "|";
  }
  return text;
}

}  // namespace harness

// TCP sockets as /proc/net/tcp shows them: which of them have bytes on their way, that time alone may move.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "os/fd.h"

namespace harness {

struct TcpSocket {
  std::string local;  // address:port, in the kernel's hexadecimal
  std::string remote;
  uint64_t inode = 0;       // 0 when no process has it any more
  std::string queues;       // bytes that were sent and not acknowledged, and received and not read
  bool is_sending = false;  // bytes are unsent or not acknowledged, or the kernel will try again
};

// Rows of /proc/net/tcp or tcp6 (proc_net_tcp.txt of the kernel); what is no row is left out.
std::vector<TcpSocket> parse_tcp_sockets(std::string_view table);

// True when bytes are under way to or from one of the sockets with these inodes. The other end counts even
// when nobody has it any more: the kernel goes on sending for a process that has ended.
bool is_any_under_way(const std::vector<TcpSocket>& sockets, const std::set<uint64_t>& inodes);

// The bytes of an address and a port, "" when there is none.
std::string local_address(const Fd& socket);
std::string remote_address(const Fd& socket);

// The queues of all sockets that these processes have open: the same text twice means that no byte has moved.
std::string tcp_queues_of(const std::set<pid_t>& processes);

// Whether bytes are under way to or from any socket that these processes have open.
bool has_tcp_under_way(const std::set<pid_t>& processes);

}  // namespace harness

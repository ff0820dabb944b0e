#include "os/tcp_sockets.h"

#include <sys/xattr.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "os/files.h"

namespace harness {
namespace {

constexpr std::string_view kSocket = "socket:[";

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

// The TCP sockets that processes hold, and in which of the kernel's tables they stand. To read one takes the
// kernel milliseconds, since it looks through all of its hash table.
struct HeldSockets {
  std::set<uint64_t> inodes;
  std::vector<const char*> tables;
};

void add_table(HeldSockets& held, const char* table) {
  if (std::find(held.tables.begin(), held.tables.end(), table) == held.tables.end())
    held.tables.push_back(table);
}

void add_sockets_of(pid_t process, HeldSockets& held) {
  static constexpr const char* kTable = "tcp";
  static constexpr const char* kTable6 = "tcp6";
  std::error_code error;
  const std::string folder = "/proc/" + std::to_string(process) + "/fd";
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string target = read_link(entry.path().string());
    if (!target.starts_with(kSocket)) continue;
    const std::string protocol = protocol_of(entry.path().string());
    if (!protocol.empty() && !protocol.starts_with("TCP")) continue;
    held.inodes.insert(number_in(std::string_view(target).substr(kSocket.size())));
    if (protocol != "TCPv6") add_table(held, kTable);
    if (protocol != "TCP") add_table(held, kTable6);
  }
}

HeldSockets held_by(const std::set<pid_t>& processes) {
  HeldSockets held;
  for (const pid_t process : processes) add_sockets_of(process, held);
  return held;
}

}  // namespace

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
  const HeldSockets held = held_by(processes);
  if (held.tables.empty()) return false;
  for (const pid_t process : processes) {
    // They are all in one network, which may be another than ours.
    const std::string folder = "/proc/" + std::to_string(process) + "/net/";
    bool is_readable = false;
    for (const char* table : held.tables) {
      const auto rows = read_file(folder + table);
      if (rows && is_any_under_way(parse_tcp_sockets(*rows), held.inodes)) return true;
      is_readable = is_readable || rows;
    }
    if (is_readable) return false;
  }
  return false;
}

std::string tcp_queues_of(const std::set<pid_t>& processes) {
  const HeldSockets held = held_by(processes);
  std::string text;
  for (const char* table : held.tables) {
    const auto rows = read_file(std::string("/proc/net/") + table);
    if (!rows) continue;
    for (const TcpSocket& socket : parse_tcp_sockets(*rows)) {
      if (held.inodes.count(socket.inode) != 0) text += socket.local + " " + socket.queues + "|";
    }
  }
  return text;
}

}  // namespace harness

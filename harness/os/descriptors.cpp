#include "os/descriptors.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "os/files.h"
#include "os/procfs.h"
#include "os/tcp_sockets.h"

namespace harness {
namespace {

// PIDFD_THREAD, since Linux 6.9 (pidfd_open(2)).
constexpr unsigned kPidfdThread = O_EXCL;

int socket_option(int socket, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

std::string socket_kind(int socket) {
  const int type = socket_option(socket, SO_TYPE);
  const int domain = socket_option(socket, SO_DOMAIN);
  if (domain == AF_UNIX) {
    return type == SOCK_STREAM ? "unix-stream" : type == SOCK_DGRAM ? "unix-dgram" : "unix-seqpacket";
  }
  if (domain == AF_INET || domain == AF_INET6) return type == SOCK_STREAM ? "tcp" : "udp";
  return "other";
}

// SO_PEERCRED of a socket that is connected: a listener's own names nobody else.
pid_t other_process(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  const bool is_listener = socket_option(socket, SO_ACCEPTCONN) == 1;
  const bool is_told = ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0;
  return is_told && !is_listener ? credentials.pid : 0;
}

void read_socket(pid_t pid, OpenDescriptor& descriptor) {
  const Fd copy = copy_descriptor(pid, descriptor.number);
  descriptor.kind = copy.is_open() ? socket_kind(copy.get()) : "other";
  if (!copy.is_open()) return;
  if (descriptor.kind.starts_with("unix")) descriptor.made_for = other_process(copy.get());
  if (descriptor.kind != "tcp") return;
  descriptor.local = local_address(copy);
  descriptor.remote = remote_address(copy);
}

// The kernel shows them as "anon_inode:[eventfd]" or "anon_inode:inotify"; "" of what is none of them.
std::string anonymous_kind(const std::string& object) {
  for (const std::string& kind : anonymous_kinds()) {
    const std::string known = kind == "epoll" ? "eventpoll" : kind;
    if (object == "anon_inode:" + known || object == "anon_inode:[" + known + "]") return kind;
  }
  return "";
}

// /proc/PID/fdinfo/N, "flags:", in octal (proc(5)).
void read_flags(const std::string& process, OpenDescriptor& descriptor) {
  const auto text = read_file(process + "/fdinfo/" + std::to_string(descriptor.number));
  if (!text) return;
  const size_t line = text->find("flags:");
  const long flags = line == std::string::npos ? 0 : std::strtol(text->c_str() + line + 6, nullptr, 8);
  const long access = flags & O_ACCMODE;
  descriptor.can_read = access == O_RDONLY || access == O_RDWR;
  descriptor.can_write = access == O_WRONLY || access == O_RDWR;
  descriptor.is_close_on_exec = (flags & O_CLOEXEC) != 0;
  descriptor.is_nonblocking = (flags & O_NONBLOCK) != 0;
}

}  // namespace

const std::vector<std::string>& anonymous_kinds() {
  static const std::vector<std::string> kinds = {"eventfd",  "epoll",   "timerfd",
                                                 "signalfd", "inotify", "pidfd"};
  return kinds;
}

bool gives_whole_records(const std::string& kind) {
  static const std::set<std::string> kinds = {"unix-dgram", "unix-seqpacket", "udp",    "eventfd",
                                              "timerfd",    "signalfd",       "inotify"};
  return kinds.count(kind) != 0;
}

Fd copy_descriptor(pid_t pid, int number) {
  const pid_t thread = living_thread(pid);
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, thread, thread != pid ? kPidfdThread : 0)));
  if (!process.is_open()) return Fd();
  return Fd(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), number, 0)));
}

std::optional<OpenDescriptor> read_descriptor(pid_t pid, int number) {
  const std::string process = proc_folder(pid);
  const std::string path = process + "/fd/" + std::to_string(number);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  OpenDescriptor descriptor{
      .number = number, .object = read_link(path), .identity = {status.st_dev, status.st_ino}};
  read_flags(process, descriptor);
  descriptor.kind = anonymous_kind(descriptor.object);
  if (!descriptor.kind.empty()) return descriptor;
  if (S_ISFIFO(status.st_mode)) {
    descriptor.kind = "pipe";
  } else if (S_ISSOCK(status.st_mode)) {
    read_socket(pid, descriptor);
  } else {
    descriptor.kind = S_ISREG(status.st_mode) ? "file" : "other";
  }
  return descriptor;
}

std::vector<OpenDescriptor> descriptors_of(pid_t pid) {
  std::vector<int> numbers;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(proc_folder(pid) + "/fd", error))
    numbers.push_back(std::atoi(entry.path().filename().c_str()));
  std::sort(numbers.begin(), numbers.end());
  std::vector<OpenDescriptor> all;
  for (const int number : numbers) {
    if (auto descriptor = read_descriptor(pid, number)) all.push_back(std::move(*descriptor));
  }
  return all;
}

bool is_other_end_here(const OpenDescriptor& tcp) {
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    const auto text = read_file(table);
    if (!text) continue;
    const std::vector<TcpSocket> sockets = parse_tcp_sockets(*text);
    const auto ours = std::find_if(sockets.begin(), sockets.end(), [&](const TcpSocket& socket) {
      return socket.inode == tcp.identity.second;
    });
    if (ours == sockets.end()) continue;
    return std::any_of(sockets.begin(), sockets.end(), [&](const TcpSocket& socket) {
      return socket.local == ours->remote && socket.remote == ours->local;
    });
  }
  return false;
}

// Of a Unix socket only the processes can be asked, not the sockets; a pair that one process has made for
// itself or for others names that one at both ends.
bool are_two_ends(const OpenDescriptor& a, pid_t process_a, const OpenDescriptor& b, pid_t process_b) {
  if (a.kind != b.kind) return false;
  if (a.kind == "pipe")
    return a.identity == b.identity && ((a.can_write && b.can_read) || (a.can_read && b.can_write));
  if (a.identity == b.identity) return false;
  if (a.kind == "tcp") return !a.remote.empty() && a.remote == b.local && a.local == b.remote;
  return a.made_for == process_b && b.made_for == process_a;
}

}  // namespace harness

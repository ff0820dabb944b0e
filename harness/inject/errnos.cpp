#include "inject/errnos.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "core/kernel_names.h"

namespace harness {
namespace {

constexpr const char* kAll = "";
constexpr const char* kFiles = "file other";
// Not files: signal(7).
constexpr const char* kWaiting =
    "pipe unix-stream unix-dgram unix-seqpacket tcp udp eventfd timerfd signalfd inotify other";
constexpr const char* kSockets = "unix-stream unix-dgram unix-seqpacket tcp udp";
constexpr const char* kConnected = "unix-stream unix-seqpacket tcp";
constexpr const char* kDatagrams = "unix-dgram unix-seqpacket udp";
constexpr const char* kUnix = "unix-stream unix-dgram unix-seqpacket";

// Some errors of some calls, where they may come from, and the page that says so.
struct Row {
  const char* calls;
  const char* kinds;
  const char* errors;
  const char* page;
};

constexpr Row kTable[] = {
    {"read readv pread64 preadv", kAll, "EBADF EFAULT EINVAL", "read(2)"},
    {"read readv", kWaiting, "EAGAIN EINTR", "read(2)"},
    {"read readv pread64 preadv", kFiles, "EIO EISDIR", "read(2)"},
    {"pread64 preadv", "file", "ENXIO EOVERFLOW", "pread(2)"},
    {"pread64 preadv pwrite64 pwritev",
     "pipe unix-stream unix-dgram unix-seqpacket tcp udp eventfd timerfd signalfd inotify epoll pidfd other",
     "ESPIPE", "pread(2)"},
    {"read readv recvfrom recvmsg", "unix-stream tcp", "ECONNRESET", "unix(7), tcp(7)"},
    {"read readv recvfrom recvmsg", "tcp", "ETIMEDOUT EHOSTUNREACH ENETUNREACH", "tcp(7), ip(7)"},
    {"read readv recvfrom recvmsg", kDatagrams, "ECONNREFUSED", "recv(2)"},
    {"read readv recvfrom recvmsg", kConnected, "ENOTCONN ENOMEM", "recv(2)"},
    {"write writev pwrite64 pwritev", kAll, "EBADF EFAULT EINVAL", "write(2)"},
    {"write writev", kWaiting, "EAGAIN EINTR", "write(2)"},
    {"write writev pwrite64 pwritev", kFiles, "EDQUOT EFBIG EIO ENOSPC EPERM", "write(2)"},
    {"write writev", "pipe unix-stream unix-seqpacket tcp", "EPIPE", "write(2), pipe(7)"},
    {"write writev", kDatagrams, "EDESTADDRREQ EMSGSIZE ECONNREFUSED ENOTCONN", "write(2), send(2)"},
    {"write writev sendto sendmsg", "unix-stream unix-seqpacket unix-dgram tcp", "ECONNRESET", "send(2)"},
    {"write writev sendto sendmsg", "tcp", "ETIMEDOUT EHOSTUNREACH ENETUNREACH", "tcp(7), ip(7)"},
    {"write writev sendto sendmsg", kSockets, "ENOBUFS ENOMEM", "send(2)"},
    {"recvfrom recvmsg sendto sendmsg", kAll, "EBADF EFAULT EINVAL", "recv(2), send(2)"},
    {"recvfrom recvmsg sendto sendmsg", kSockets, "EAGAIN EINTR ENOMEM", "recv(2), send(2)"},
    {"recvfrom recvmsg sendto sendmsg", "pipe file eventfd timerfd signalfd inotify epoll pidfd other",
     "ENOTSOCK", "recv(2), send(2)"},
    {"sendto sendmsg", kConnected, "EPIPE EISCONN ENOTCONN EOPNOTSUPP", "send(2)"},
    {"sendto sendmsg", kDatagrams, "EACCES EDESTADDRREQ EMSGSIZE ECONNREFUSED ENOTCONN", "send(2)"},
    {"sendmsg", kUnix, "ETOOMANYREFS EPERM", "unix(7)"},
    {"sendto", "tcp", "EALREADY", "send(2)"},
    {"open openat", kAll,
     "EACCES EBUSY EDQUOT EEXIST EFAULT EFBIG EINTR EINVAL EISDIR ELOOP EMFILE ENAMETOOLONG ENFILE ENODEV "
     "ENOENT "
     "ENOMEM ENOSPC ENOTDIR ENXIO EOPNOTSUPP EOVERFLOW EPERM EROFS ETXTBSY",
     "open(2)"},
    {"close", kAll, "EBADF", "close(2)"},
    {"close", kFiles, "EINTR EIO ENOSPC EDQUOT", "close(2)"},
    {"ftruncate", kAll, "EBADF EFBIG EINTR EINVAL EIO EPERM EROFS", "ftruncate(2)"},
    {"mmap", kAll, "EACCES EAGAIN EBADF EEXIST EINVAL ENFILE ENODEV ENOMEM EOVERFLOW EPERM ETXTBSY",
     "mmap(2)"},
    {"futex", kAll, "EACCES EAGAIN EDEADLK EFAULT EINTR EINVAL ENFILE ENOMEM ENOSYS EPERM ESRCH ETIMEDOUT",
     "futex(2)"},
    {"fsync", kAll, "EBADF EINTR EIO ENOSPC EROFS EINVAL EDQUOT", "fsync(2)"},
    {"fcntl", kAll, "EACCES EAGAIN EBADF EBUSY EDEADLK EFAULT EINTR EINVAL EMFILE ENOLCK EPERM", "fcntl(2)"},
    {"flock", kAll, "EBADF EINTR EINVAL ENOLCK EWOULDBLOCK", "flock(2)"},
    {"connect", kAll,
     "EBADF EFAULT EINTR EISCONN ENOTSOCK EACCES EPERM EAFNOSUPPORT ECONNREFUSED EAGAIN EPROTOTYPE",
     "connect(2)"},
    {"connect", "unix-stream unix-dgram unix-seqpacket", "ENOENT", "unix(7)"},
    {"connect", "tcp udp", "EADDRINUSE EADDRNOTAVAIL EALREADY EINPROGRESS ENETUNREACH ETIMEDOUT",
     "connect(2)"},
    {"accept accept4", kAll,
     "EAGAIN EBADF ECONNABORTED EFAULT EINTR EINVAL EMFILE ENFILE ENOBUFS ENOMEM ENOTSOCK EOPNOTSUPP EPERM "
     "EPROTO",
     "accept(2)"},
    {"poll ppoll", kAll, "EFAULT EINTR EINVAL ENOMEM", "poll(2)"},
    {"select pselect6", kAll, "EBADF EINTR EINVAL ENOMEM", "select(2)"},
    {"epoll_wait epoll_pwait", kAll, "EBADF EFAULT EINTR EINVAL", "epoll_wait(2)"},
    {"pipe2", kAll, "EFAULT EINVAL EMFILE ENFILE ENOPKG", "pipe(2)"},
    {"socket", kAll, "EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT", "socket(2)"},
    {"shutdown", kAll, "EBADF EINVAL ENOTCONN ENOTSOCK", "shutdown(2)"},
    {"mq_timedsend mq_timedreceive", kAll, "EAGAIN EBADF EINTR EINVAL EMSGSIZE ETIMEDOUT",
     "mq_send(3), mq_receive(3)"},
    {"wait4", kAll, "ECHILD EINTR EINVAL ESRCH", "wait(2)"},
    {"mq_open", kAll, "EACCES EEXIST EINVAL EMFILE ENAMETOOLONG ENFILE ENOENT ENOMEM ENOSPC", "mq_open(3)"},
    {"msgget semget shmget", kAll, "EACCES EEXIST EINVAL ENOENT ENOMEM ENOSPC",
     "msgget(2), semget(2), shmget(2)"},
    {"shmget", kAll, "ENFILE EPERM", "shmget(2)"},
    {"msgsnd", kAll, "EACCES EAGAIN EFAULT EIDRM EINTR EINVAL ENOMEM", "msgop(2)"},
    {"msgrcv", kAll, "E2BIG EACCES EAGAIN EFAULT EIDRM EINTR EINVAL ENOMSG ENOSYS", "msgop(2)"},
    {"semop semtimedop", kAll, "E2BIG EACCES EAGAIN EFAULT EFBIG EIDRM EINTR EINVAL ENOMEM ERANGE",
     "semop(2)"},
    {"shmat", kAll, "EACCES EIDRM EINVAL ENOMEM", "shmop(2)"},
    {"bind", kAll,
     "EACCES EADDRINUSE EADDRNOTAVAIL EBADF EFAULT EINVAL ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR ENOTSOCK "
     "EROFS",
     "bind(2)"},
    {"listen", kAll, "EADDRINUSE EBADF ENOTSOCK EOPNOTSUPP", "listen(2)"},
    {"socketpair", kAll, "EAFNOSUPPORT EFAULT EMFILE ENFILE EOPNOTSUPP EPROTONOSUPPORT", "socketpair(2)"},
    {"eventfd2 timerfd_create signalfd4 pidfd_open epoll_create1 inotify_init1", kAll,
     "EINVAL EMFILE ENFILE ENODEV ENOMEM", "eventfd(2), timerfd_create(2), signalfd(2), pidfd_open(2)"},
    {"pidfd_open", kAll, "ESRCH", "pidfd_open(2)"},
    {"timerfd_create", kAll, "EPERM", "timerfd_create(2)"},
    {"signalfd4", kAll, "EBADF", "signalfd(2)"},
    {"epoll_ctl", kAll, "EBADF EEXIST EINVAL ELOOP ENOENT ENOMEM ENOSPC EPERM", "epoll_ctl(2)"},
    {"clone clone3 fork vfork", kAll, "EAGAIN EINVAL ENOMEM ENOSPC EPERM", "clone(2), fork(2)"},
};

bool has_word(const char* words, const std::string& word) {
  std::istringstream stream{std::string(words)};
  for (std::string one; stream >> one;) {
    if (one == word) return true;
  }
  return false;
}

bool has_errno(const Row& row, int error) {
  std::istringstream stream{std::string(row.errors)};
  for (std::string one; stream >> one;) {
    if (errno_number(one) == error) return true;
  }
  return false;
}

bool is_on(const Row& row, const std::string& kind) {
  return kind.empty() || *row.kinds == '\0' || has_word(row.kinds, kind);
}

std::set<std::string> names_on(const std::string& call, const std::string& kind) {
  std::set<std::string> names;
  for (const Row& row : kTable) {
    if (!has_word(row.calls, call) || !is_on(row, kind)) continue;
    std::istringstream stream{std::string(row.errors)};
    for (std::string one; stream >> one;) names.insert(one);
  }
  return names;
}

// What there is instead.
std::string errors_on(const std::string& call, const std::string& kind) {
  std::string text;
  for (const std::string& name : names_on(call, kind)) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string kind_of_link(const std::string& mechanism) {
  static const std::map<std::string, std::string> kinds = {{"pipe", "pipe"},
                                                           {"fifo", "pipe"},
                                                           {"socketpair", "unix-stream"},
                                                           {"unix-stream", "unix-stream"},
                                                           {"tcp-loopback", "tcp"},
                                                           {"unix-dgram", "unix-dgram"},
                                                           {"unix-seqpacket", "unix-seqpacket"}};
  const auto kind = kinds.find(mechanism);
  return kind != kinds.end() ? kind->second : "";
}

bool has_errnos(const std::string& call) {
  return std::any_of(std::begin(kTable), std::end(kTable),
                     [&](const Row& row) { return has_word(row.calls, call); });
}

std::vector<std::string> errors_of_world(const std::string& call, const std::string& kind) {
  // Said of arguments, flags, or the program's own order of calls.
  static const std::set<std::string> of_arguments = {
      "EBADF",        "EFAULT",       "EINVAL",     "EISDIR",          "ESPIPE",      "EOVERFLOW",
      "ENOTSOCK",     "EISCONN",      "ENOTCONN",   "EOPNOTSUPP",      "EALREADY",    "EMSGSIZE",
      "EDESTADDRREQ", "EAFNOSUPPORT", "EPROTOTYPE", "EPROTONOSUPPORT", "EINPROGRESS", "ENOSYS",
      "ENOPKG",       "ENAMETOOLONG", "EDEADLK",    "EWOULDBLOCK",     "ENODEV",      "EBUSY",
      "ESRCH",        "ECHILD",       "ETXTBSY",    "ELOOP",           "ENOTDIR",     "ENXIO",
      "EEXIST",       "EAGAIN",       "EINTR",      "E2BIG",           "ENOMSG",      "ERANGE"};
  std::vector<std::string> errors;
  for (const std::string& name : names_on(call, kind)) {
    if (of_arguments.count(name) == 0) errors.push_back(name);
  }
  // Only a call that has a timeout, or that maps on behalf of a file, can tell of these.
  if (call == "futex") errors.clear();
  // close(2) gives the descriptor up also where it fails, which a call that is not run does not; and who gets
  // EPIPE gets SIGPIPE too: both come about by what is done to the other side.
  if (call == "close") errors.clear();
  std::erase(errors, "EPIPE");
  if (call == "mmap") std::erase_if(errors, [](const std::string& name) { return name != "ENOMEM"; });
  if (call == "fcntl" || call == "mq_timedsend" || call == "mq_timedreceive") errors.clear();
  // Here these are said of the program's own arguments, or of what it was never allowed to ask for.
  static const std::map<std::string, std::set<std::string>> own = {
      {"semop", {"EFBIG", "EACCES"}}, {"semtimedop", {"EFBIG", "EACCES"}}, {"epoll_ctl", {"ENOENT", "EPERM"}},
      {"clone", {"EPERM", "ENOSPC"}}, {"clone3", {"EPERM", "ENOSPC"}},     {"fork", {"EPERM", "ENOSPC"}},
      {"vfork", {"EPERM", "ENOSPC"}}, {"timerfd_create", {"EPERM"}},       {"shmget", {"EPERM"}}};
  if (const auto of_call = own.find(call); of_call != own.end())
    std::erase_if(errors, [&](const std::string& name) { return of_call->second.count(name) != 0; });
  return errors;
}

std::string why_never(const std::string& call, int error, const std::string& kind) {
  if (!has_errnos(call)) return "";
  std::string page;
  std::string elsewhere;
  for (const Row& row : kTable) {
    if (!has_word(row.calls, call)) continue;
    if (page.empty()) page = row.page;
    if (!has_errno(row, error)) continue;
    if (is_on(row, kind)) return "";
    elsewhere = std::string(row.page) + " has it for " + row.kinds + " only";
  }
  const std::string on = kind.empty() ? "" : " on a descriptor of the kind " + kind;
  return call + on + " never fails with " + errno_name(error) + ": " +
         (elsewhere.empty() ? page + " does not have it" : elsewhere) + "; it may fail with " +
         errors_on(call, kind);
}

}  // namespace harness

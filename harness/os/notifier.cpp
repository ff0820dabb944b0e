#include "os/notifier.h"

#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "os/procfs.h"
#include "os/syscalls.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)  // Linux 5.19, seccomp_unotify(2)
#endif

namespace harness {
namespace {

// The message by which a listener is handed over is told from the program's own by its flags, which none has
// use for on a Unix socket, and by the number of the door.
constexpr unsigned kHandingOver = MSG_CONFIRM | MSG_NOSIGNAL;

constexpr uint32_t low_half_of_argument(unsigned argument) {
  return static_cast<uint32_t>(offsetof(seccomp_data, args) + argument * sizeof(uint64_t) +
                               (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(uint32_t) : 0));
}

sock_filter load(uint32_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset); }
sock_filter go_on_if_equal(uint32_t value, uint8_t otherwise) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, otherwise);
}

struct ListenerMessage {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};

  ListenerMessage() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
  }
};

long install(const sock_fprog& program) {
  constexpr unsigned long kFlags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  const long listener = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kFlags, &program);
  if (listener >= 0 || errno != EACCES) return listener;
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);  // without CAP_SYS_ADMIN: seccomp(2)
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kFlags, &program);
}

// False when the thread has been killed meanwhile: nobody waits for the answer.
bool answer(int listener, uint64_t id, int error, uint32_t flags) {
  seccomp_notif_resp response{};
  response.id = id;
  response.error = -error;
  response.flags = flags;
  return ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) == 0;
}

}  // namespace

Result<std::vector<sock_filter>> notify_filter(const std::vector<long>& calls) {
  ASSIGN_OR_RETURN(const std::vector<sock_filter> traced, trace_filter(calls));
  std::vector<sock_filter> filter = {
      load(offsetof(seccomp_data, nr)),
      go_on_if_equal(SYS_sendmsg, 5),
      load(low_half_of_argument(0)),
      go_on_if_equal(kListenerDoor, 3),
      load(low_half_of_argument(2)),
      go_on_if_equal(kHandingOver, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  for (sock_filter instruction : traced) {
    const bool is_trace = instruction.code == (BPF_RET | BPF_K) &&
                          (instruction.k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE;
    if (is_trace) instruction.k = SECCOMP_RET_USER_NOTIF;
    filter.push_back(instruction);
  }
  return filter;
}

int hand_over_listener(const std::vector<sock_filter>& filter, int door) {
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           const_cast<sock_filter*>(filter.data())};
  const long listener = install(program);
  if (listener < 0) return errno;
  ListenerMessage message;
  cmsghdr* const rights = CMSG_FIRSTHDR(&message.header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  const int number = static_cast<int>(listener);
  std::memcpy(CMSG_DATA(rights), &number, sizeof number);
  // The raw call: a wrapper of the C library might pass other flags on.
  return ::syscall(SYS_sendmsg, door, &message.header, kHandingOver) == 1 ? 0 : errno;
}

Result<Fd> take_listener(const Fd& door) {
  ListenerMessage message;
  ssize_t count = 0;
  do {
    count = ::recvmsg(door.get(), &message.header, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return system_error("recvmsg");
  const cmsghdr* const rights = count == 0 ? nullptr : CMSG_FIRSTHDR(&message.header);
  if (rights == nullptr || rights->cmsg_type != SCM_RIGHTS)
    return internal_error("the child ended before it had handed over its listener");
  int number = -1;
  std::memcpy(&number, CMSG_DATA(rights), sizeof number);
  return Fd(number);
}

void Notifier::add(int role, pid_t pid, Fd listener) {
  listeners_.push_back({.role = role, .pid = pid, .descriptor = std::move(listener)});
}

std::vector<int> Notifier::descriptors() const {
  std::vector<int> all;
  for (const Listener& listener : listeners_) all.push_back(listener.descriptor.get());
  return all;
}

std::optional<NotifiedCall> Notifier::receive(const Listener& listener) {
  seccomp_notif notification{};
  if (::ioctl(listener.descriptor.get(), SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0) return std::nullopt;
  const auto tid = static_cast<pid_t>(notification.pid);
  const pid_t pid = tid == listener.pid ? tid : std::atoi(status_line(tid, "Tgid").c_str());
  if (pid != listener.pid) {
    answer(listener.descriptor.get(), notification.id, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
    return std::nullopt;
  }
  waiting_[tid] = {.pid = pid, .listener = listener.descriptor.get(), .id = notification.id};
  NotifiedCall call{.tid = tid, .pid = pid, .role = listener.role, .call = notification.data.nr};
  std::copy(std::begin(notification.data.args), std::end(notification.data.args), call.args.begin());
  return call;
}

std::optional<NotifiedCall> Notifier::poll() {
  for (auto listener = listeners_.begin(); listener != listeners_.end();) {
    pollfd state{listener->descriptor.get(), POLLIN, 0};
    if (::poll(&state, 1, 0) <= 0) {
      ++listener;
      continue;
    }
    if ((state.revents & POLLIN) != 0) {
      if (const auto call = receive(*listener)) return call;
    } else {
      listener = listeners_.erase(listener);  // POLLHUP: nobody is left who has the filter
    }
  }
  return std::nullopt;
}

bool Notifier::let_run(pid_t tid) {
  const auto found = waiting_.find(tid);
  if (found == waiting_.end()) return false;
  if (!found->second.is_answered)
    answer(found->second.listener, found->second.id, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  waiting_.erase(found);
  return true;
}

bool Notifier::holds(pid_t tid) const {
  const auto found = waiting_.find(tid);
  return found != waiting_.end() && !found->second.is_answered;
}

void Notifier::on_stopped(pid_t tid) {
  if (!holds(tid)) waiting_.erase(tid);
}

Status Notifier::fail(pid_t tid, int error) {
  const auto found = waiting_.find(tid);
  if (!holds(tid)) return unavailable("it stands at no call");
  if (answer(found->second.listener, found->second.id, error, 0)) {
    found->second.is_answered = true;
    return done();
  }
  waiting_.erase(found);
  return unavailable("it has ended");
}

void Notifier::forget(pid_t pid) {
  std::erase_if(waiting_, [&](const auto& one) { return one.second.pid == pid; });
}

}  // namespace harness

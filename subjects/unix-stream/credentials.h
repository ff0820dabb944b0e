// Who sent a record: a reader that tells the process of each one. Its writer forks after it has connected,
// and leaves the connection to the child.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "../common/stream/program.h"
#include "../common/stream/socket_transport.h"

namespace unix_link {

// From here on it is another process that sends; the one that connected has ended.
inline bool leave_to_a_child(streams::Run& run) {
  if (!streams::is_writer(run.options)) return true;
  const pid_t child = fork();
  if (child > 0) _exit(0);
  return child == 0;
}

// An accepted socket inherits the option, so that also what was sent before it was accepted carries its
// sender.
inline int ask_for_credentials(int listener, const streams::Options& options) {
  const int yes = 1;
  if (setsockopt(listener, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) != 0) return -1;
  return bind_after_a_dead_one(listener, options);
}

inline int open_with_credentials(const streams::Options& options) {
  return listen_and_accept(options, ask_for_credentials);
}

inline streams::Transport transport_with_credentials() {
  streams::Transport one = streams::socket_transport();
  one.open_to_read = open_with_credentials;
  return one;
}

// The process at the other end when the connection was made (unix(7)).
inline pid_t peer_of(int fd) {
  ucred credentials{};
  socklen_t length = sizeof(credentials);
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 ? credentials.pid : -1;
}

// Reads, and says which process has sent what was read: one call never returns bytes of two senders
// (unix(7)).
inline ssize_t read_with_sender(int fd, unsigned char* bytes, size_t room, pid_t& sender) {
  iovec data{.iov_base = bytes, .iov_len = room};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  ssize_t count = -1;
  do {
    count = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  const cmsghdr* header = count > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header != nullptr && header->cmsg_type == SCM_CREDENTIALS) {
    ucred credentials{};
    memcpy(&credentials, CMSG_DATA(header), sizeof(credentials));
    sender = credentials.pid;
  }
  return count < 0 ? -errno : count;
}

inline void tell_sender(const streams::Parsed& record, pid_t sender) {
  const int64_t values[] = {record.id, sender};
  harness_observe("sender", 2, values);
}

// Records as they come by one send each, so that a read begins where a record begins. `sender_of` says who
// sent them, given what came with the message.
inline int receive_with_senders(streams::Run& run, pid_t (*sender_of)(int fd, pid_t came_along)) {
  static unsigned char bytes[streams::kReadAtOnce];
  size_t count = 0;
  for (;;) {
    pid_t sender = -1;
    const ssize_t got = read_with_sender(run.fd, bytes + count, sizeof(bytes) - count, sender);
    if (got < 0) return streams::fail_receiving(got);
    if (got == 0) return run.program.finish_receiving(run, bytes, count);
    count += static_cast<size_t>(got);
    for (;;) {
      const streams::Parsed record = run.program.framing.parse(bytes, count);
      if (record.state != streams::Parsed::State::whole) break;
      tell_sender(record, sender_of(run.fd, sender));
      streams::deliver(record);
      count -= record.length;
      memmove(bytes, bytes + record.length, count);
    }
  }
}

inline streams::Program credentials_program(int (*receive_all)(streams::Run& run)) {
  streams::Program program = streams::records_program();
  program.prepare = leave_to_a_child;
  program.receive_all = receive_all;
  return program;
}

}  // namespace unix_link

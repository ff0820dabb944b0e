// A pipe whose read end the writer makes and passes to the reader over a connected Unix socket. The records
// go through the pipe; the socket is closed as soon as the descriptor is over.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "transport.h"

namespace streams {

// Room for one descriptor, aligned as the kernel wants it (cmsg(3)).
union OneDescriptor {
  char bytes[CMSG_SPACE(sizeof(int))];
  cmsghdr header;
};

// A stream socket sends no descriptor without a byte of data (unix(7)); `count` is 1.
inline bool send_descriptor(int socket, int descriptor, size_t count) {
  char byte = 'd';
  iovec data{.iov_base = &byte, .iov_len = count};
  OneDescriptor control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof(control.bytes);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  ssize_t sent = -1;
  do {
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(count);
}

// The descriptor that comes, or -1 with errno.
inline int receive_descriptor(int socket) {
  char byte = 0;
  iovec data{.iov_base = &byte, .iov_len = 1};
  OneDescriptor control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof(control.bytes);
  ssize_t got = -1;
  do {
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  const cmsghdr* header = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  errno = got < 0 ? errno : EPROTO;
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS || (message.msg_flags & MSG_CTRUNC) != 0)
    return -1;
  int descriptor = -1;
  memcpy(&descriptor, CMSG_DATA(header), sizeof(int));
  return descriptor;
}

// What the writer does with its copy of the read end once it is passed, and how many bytes it sends along.
struct Passing {
  bool is_copy_closed = true;
  size_t bytes_along = 1;
};

// The writer's end of a pipe whose other end has been passed over `socket`. As long as the writer has a copy
// of the read end itself, it would never be told that the reader is gone.
inline int pass_pipe(int socket, const Options& options, const Passing& passing) {
  int ends[2];
  if (socket < 0 || pipe2(ends, O_CLOEXEC) != 0) return -1;
  limit_pipe(ends[1], options);
  HARNESS_PROBE("descriptor.made");
  const bool is_sent = send_descriptor(socket, ends[0], passing.bytes_along);
  if (passing.is_copy_closed) close(ends[0]);
  close(socket);
  HARNESS_PROBE("descriptor.sent");
  return is_sent ? ends[1] : -1;
}

inline int take_pipe(int socket) {
  if (socket < 0) return -1;
  HARNESS_PROBE("descriptor.wanted");
  const int descriptor = receive_descriptor(socket);
  const int saved_errno = errno;
  close(socket);
  errno = saved_errno;
  HARNESS_PROBE("descriptor.taken");
  return descriptor;
}

// Mistake: reads the byte that came along, and so has the kernel close the descriptor (unix(7)).
inline int take_pipe_by_read(int socket) {
  char byte = 0;
  HARNESS_PROBE("descriptor.wanted");
  const ssize_t got = read(socket, &byte, 1);
  close(socket);
  errno = got < 0 ? errno : EPROTO;
  return -1;
}

}  // namespace streams

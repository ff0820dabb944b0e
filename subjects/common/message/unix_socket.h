// Unix sockets that keep messages apart: what datagrams and sequenced packets have in common. The receiver
// binds DIRECTORY/queue.socket.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include "readiness.h"

namespace messages {

inline sockaddr_un address_of(const Options& options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  snprintf(address.sun_path, sizeof(address.sun_path), "%s/queue.socket", options.directory);
  return address;
}

// Takes the name over from a dead receiver.
inline int bind_anew(int fd, const Options& options) {
  const sockaddr_un address = address_of(options);
  unlink(address.sun_path);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? 0 : errno;
}

inline void limit_room(int fd, int bytes) {
  if (bytes > 0) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

inline int connect_anew(Run& run, int type) {
  if (run.queue >= 0) close(run.queue);
  run.queue = socket(AF_UNIX, type | SOCK_CLOEXEC | (run.program.blocks_in_send ? 0 : SOCK_NONBLOCK), 0);
  if (run.queue < 0) return errno;
  limit_room(run.queue, run.options.room);
  const sockaddr_un address = address_of(run.options);
  int status = -1;
  do {
    status = connect(run.queue, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  } while (status != 0 && errno == EINTR);
  return status == 0 ? 0 : errno;
}

inline int send_packet(Run& run, const unsigned char* bytes, size_t count, unsigned) {
  return send(run.queue, bytes, count, MSG_NOSIGNAL) < 0 ? errno : 0;
}

// A message must fit the socket's own buffer as a whole (unix(7)); a larger one needs a larger buffer.
inline int send_with_room(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  const int error = send_packet(run, bytes, count, priority);
  if (error != EMSGSIZE) return error;
  HARNESS_PROBE("message.too-large");
  limit_room(run.queue, static_cast<int>(count));
  return send_packet(run, bytes, count, priority);
}

// One message from one socket. `has_sender` tells a message without a byte from the end of a connection: only
// a message has credentials.
inline ssize_t take_packet(int fd, Incoming& incoming, bool& has_sender) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
  iovec place{.iov_base = incoming.bytes, .iov_len = incoming.room};
  msghdr message{};
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  const ssize_t count = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  if (count < 0) return -errno;
  incoming.is_cut = (message.msg_flags & MSG_TRUNC) != 0;
  has_sender = message.msg_controllen > 0;
  return count;
}

inline void forget_socket(Run& run) {
  close(run.queue);
  unlink(address_of(run.options).sun_path);
}

// --- mistake: takes a message that is refused for its size for one that is lost on its way

inline int send_what_fits(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  const int error = send_packet(run, bytes, count, priority);
  if (error != EMSGSIZE) return error;
  HARNESS_PROBE("message.too-large");
  return 0;
}

// --- mistake: knows the receiver's end by the errors of a stream only

inline bool is_stream_error(int error) { return error == EPIPE || error == ECONNRESET; }

inline int send_as_to_a_stream(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  for (;;) {
    const int error = send_when_room(run, bytes, count, priority);
    if (!is_stream_error(error) || !find_receiver_again(run)) return error;
  }
}

inline Program expects_epipe_program() {
  Program program = nonblocking_program();
  program.send_message = send_as_to_a_stream;
  return program;
}

}  // namespace messages

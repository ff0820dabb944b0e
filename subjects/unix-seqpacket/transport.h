// Connections of sequenced packets from several senders to the one socket on which the receiver listens.
#pragma once

#include "../common/message/unix_socket.h"

namespace seqpacket_link {

using messages::Incoming;
using messages::kNobodyLeft;
using messages::Run;

inline int open_to_send(Run& run) { return messages::connect_anew(run, SOCK_SEQPACKET); }

inline int open_to_receive(Run& run) {
  run.queue = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  if (run.queue < 0 || setsockopt(run.queue, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) != 0) return errno;
  const int error = messages::bind_anew(run.queue, run.options);
  if (error != 0) return error;
  return listen(run.queue, messages::kPeersMax) == 0 ? 0 : errno;
}

// Who has gone again before he was accepted is no error of the listener's.
inline bool is_about_listener(int error) { return error != EAGAIN && error != ECONNABORTED; }

// 0, or the errno for which senders wait that are not served: descriptors may be missing, or memory.
inline int accept_all(Run& run) {
  while (run.connection_count < messages::kPeersMax) {
    const int fd = accept4(run.queue, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && errno == EINTR) continue;
    if (fd < 0) return is_about_listener(errno) ? errno : 0;
    run.connections[run.connection_count++] = fd;
  }
  return 0;
}

inline void end_connection(Run& run, int i) {
  close(run.connections[i]);
  run.connections[i] = run.connections[--run.connection_count];
  ++run.ended_count;
}

// True when this connection has a message, or an error.
inline bool take_from(Run& run, int i, Incoming& incoming, ssize_t& count) {
  bool has_sender = false;
  count = messages::take_packet(run.connections[i], incoming, has_sender);
  if (count == -EAGAIN) return false;
  if (count != 0 || has_sender) return true;
  end_connection(run, i);
  return false;
}

// The end of each connection tells the end of its sender.
inline ssize_t receive(Run& run, Incoming& incoming) {
  if (const int error = accept_all(run); error != 0) return -error;
  ssize_t count = -EAGAIN;
  for (int i = run.connection_count - 1; i >= 0; --i) {
    if (take_from(run, i, incoming, count)) return count;
  }
  return run.ended_count >= run.options.senders && run.connection_count == 0 ? kNobodyLeft : -EAGAIN;
}

inline int descriptors(Run& run, pollfd* waiting, short events) {
  waiting[0] = {.fd = run.queue, .events = events, .revents = 0};
  for (int i = 0; i < run.connection_count; ++i)
    waiting[i + 1] = {.fd = run.connections[i], .events = events, .revents = 0};
  return run.connection_count + 1;
}

inline messages::Transport transport() {
  return {.open_to_send = open_to_send,
          .open_to_receive = open_to_receive,
          .send = messages::send_with_room,
          .receive = receive,
          .descriptors = descriptors,
          .forget = messages::forget_socket,
          .abandon = messages::nothing_to_abandon};
}

// --- mistakes

inline messages::Transport too_large_is_sent_transport() {
  messages::Transport careless = transport();
  careless.send = messages::send_what_fits;
  return careless;
}

// Takes a message without a byte for the end of its connection.
inline ssize_t receive_until_empty(Run& run, Incoming& incoming) {
  if (const int error = accept_all(run); error != 0) return -error;
  for (int i = run.connection_count - 1; i >= 0; --i) {
    bool has_sender = false;
    const ssize_t count = messages::take_packet(run.connections[i], incoming, has_sender);
    if (count != 0 && count != -EAGAIN) return count;
    if (count == 0) end_connection(run, i);
  }
  return run.ended_count >= run.options.senders && run.connection_count == 0 ? kNobodyLeft : -EAGAIN;
}

inline messages::Transport empty_is_end_transport() {
  messages::Transport hasty = transport();
  hasty.receive = receive_until_empty;
  return hasty;
}

}  // namespace seqpacket_link

// Datagrams from several senders to the one socket that the receiver has bound.
#pragma once

#include "../common/message/unix_socket.h"

namespace dgram_link {

using messages::Incoming;
using messages::Run;

inline int open_to_send(Run& run) { return messages::connect_anew(run, SOCK_DGRAM); }

// One message more than the limit is let in before a sender has to wait (unix(7), max_dgram_qlen).
inline int queue_length() {
  FILE* file = fopen("/proc/sys/net/unix/max_dgram_qlen", "re");
  int limit = -1;
  if (file != nullptr && fscanf(file, "%d", &limit) != 1) limit = -1;
  if (file != nullptr) fclose(file);
  return limit + 1;
}

inline int open_to_receive(Run& run) {
  run.queue = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  run.capacity = queue_length();
  return run.queue < 0 ? errno : messages::bind_anew(run.queue, run.options);
}

inline ssize_t receive(Run& run, Incoming& incoming) {
  bool has_sender = false;
  return messages::take_packet(run.queue, incoming, has_sender);
}

inline int descriptors(Run& run, pollfd* waiting, short events) {
  waiting[0] = {.fd = run.queue, .events = events, .revents = 0};
  return 1;
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

inline int open_with_large_buffer(Run& run) {
  const int error = open_to_receive(run);
  const int bytes = 4 << 20;
  setsockopt(run.queue, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  return error;
}

inline messages::Transport trusts_buffer_transport() {
  messages::Transport trusting = transport();
  trusting.open_to_receive = open_with_large_buffer;
  return trusting;
}

}  // namespace dgram_link

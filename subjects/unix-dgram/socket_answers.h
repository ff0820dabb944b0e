// What the kernel answers about datagram sockets (unix(7)): of the program's own before it works, and of the
// receiver's when that has ended.
#pragma once

#include "transport.h"

namespace dgram_link {

inline void tell(const char* name, int64_t answer) { harness_observe(name, 1, &answer); }

// How many messages of one byte fit, and the error of the first that does not.
inline int messages_until_full(int fd, int& error) {
  int count = 0;
  const char byte = 0;
  while (send(fd, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1) ++count;
  error = errno;
  return count;
}

inline int messages_in_pair(int receive_buffer, int& error) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  if (receive_buffer > 0) setsockopt(ends[1], SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  const int count = messages_until_full(ends[0], error);
  close(ends[0]);
  close(ends[1]);
  return count;
}

// A pair is bound by the sender's buffer, and not by max_dgram_qlen as a receiver with a name is.
inline void tell_of_pairs() {
  int error = 0;
  const int plain = messages_in_pair(0, error);
  tell("pair-full", error);
  tell("pair-holds-more-than-a-name", plain > queue_length() ? 1 : 0);
  tell("receive-buffer-adds", messages_in_pair(4 << 20, error) - plain);
}

inline void tell_of_name(const messages::Options& options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  snprintf(address.sun_path, sizeof(address.sun_path), "%s/answers", options.directory);
  const int receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int wide = 4 << 20;
  setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &wide, sizeof(wide));
  bind(receiver, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  connect(sender, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  int error = 0;
  tell("name-holds-beyond-limit", messages_until_full(sender, error) - queue_length());
  tell("name-full", error);
  close(sender);
  close(receiver);
  unlink(address.sun_path);
}

inline bool tell_answers(Run& run) {
  if (messages::is_receiver(run.options)) {
    tell_of_pairs();
    tell_of_name(run.options);
  }
  return messages::handle_signals(run);
}

// The error that wakes a blocked sender when its receiver ends, and that of the next send.
inline int send_and_tell(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  int error = EINTR;
  while (error == EINTR) error = run.transport.send(run, bytes, count, priority);
  if (error == 0) return 0;
  tell("woken-with", error);
  tell("next", run.transport.send(run, bytes, count, priority));
  return error;
}

inline messages::Program knows_sockets_program() {
  messages::Program program = messages::blocking_program();
  program.begin = tell_answers;
  program.send_message = send_and_tell;
  return program;
}

// --- mistake: knows the end of a receiver by EPIPE and ECONNRESET alone, and tries anything else again

inline int send_until_stream_error(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  for (;;) {
    const int error = run.transport.send(run, bytes, count, priority);
    if (error == 0 || messages::is_stream_error(error)) return error;
    HARNESS_PROBE("send.refused");
  }
}

inline messages::Program retries_refused_program() {
  messages::Program program = knows_sockets_program();
  program.send_message = send_until_stream_error;
  return program;
}

}  // namespace dgram_link

// Requests and answers over a connection that the client closes in one direction as soon as it has asked: the
// server answers when it has seen the end of the requests.
#pragma once

#include "dialogue.h"

namespace streams {

constexpr int kRequestsMax = 1024;

// What poll says of a link, without waiting.
inline int64_t state_of(int fd) {
  const timespec at_once{};
  pollfd looked_at{.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP, .revents = 0};
  return ppoll(&looked_at, 1, &at_once, nullptr) < 0 ? -errno : looked_at.revents;
}

// The errno of a send that is one byte long, or 0.
inline int64_t error_of_send(int fd) { return send(fd, "x", 1, MSG_NOSIGNAL) < 0 ? errno : 0; }

// --- the client

inline int ask_and_half_close(Client& client) {
  if (send_requests(client) != 0 || shutdown(client.run.fd, SHUT_WR) != 0) return kCannotSend;
  tell("own-send", error_of_send(client.run.fd));
  return ask(client);
}

// Says before it reads that it wants nothing more; what has been sent to it already stays to be read.
inline int64_t wants_no_more(const Client& client) {
  HARNESS_PROBE("answers.wanted");
  return shutdown(client.run.fd, SHUT_RD);
}

inline int ask_and_close_both(Client& client) {
  if (send_requests(client) != 0 || shutdown(client.run.fd, SHUT_WR) != 0) return kCannotSend;
  tell("own-send", error_of_send(client.run.fd));
  if (wants_no_more(client) != 0) return kCannotReceive;
  const int status = ask(client);
  return client.run.program.receive_frame(client.run) == 0 ? status : kCannotReceive;
}

// --- the server

// Waits until the other end is closed in both directions: that is told unasked (poll(2)).
inline void wait_for_hang_up(int fd) {
  pollfd looked_at{.fd = fd, .events = 0, .revents = 0};
  while (ppoll(&looked_at, 1, nullptr, nullptr) < 0) {
  }
}

inline int answer_all(Run& run, const int64_t* ids, int count) {
  for (int i = 0; i < count; ++i) {
    harness_observe("served", 1, &ids[i]);
    if (send_with_id(run, ids[i]) != 0) return kCannotSend;
    harness_observe("answered", 1, &ids[i]);
  }
  wait_for_hang_up(run.fd);
  tell("closed", state_of(run.fd));
  tell("send-when-closed", error_of_send(run.fd));
  return kDone;
}

inline int serve_after_the_end(Run& run) {
  static int64_t ids[kRequestsMax];
  tell("half-closed", state_of(run.fd));
  for (int count = 0; count < kRequestsMax; ++count) {
    ids[count] = run.program.receive_frame(run);
    if (ids[count] == 0) return answer_all(run, ids, count);
    if (ids[count] < 0) return kCannotReceive;
  }
  return kCannotReceive;
}

// --- mistake: a client that has closed its direction is taken for one that has gone

inline int serve_while_open(Run& run) {
  const int64_t state = state_of(run.fd);
  tell("half-closed", state);
  return (state & POLLRDHUP) != 0 ? kDone : serve_after_the_end(run);
}

}  // namespace streams

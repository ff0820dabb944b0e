// Links that do not block: what cannot be done now is waited for, by ppoll or by edge-triggered epoll.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>

#include "program.h"

namespace streams {

inline bool set_nonblocking(Run& run) {
  const int flags = fcntl(run.fd, F_GETFL);
  return flags >= 0 && fcntl(run.fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

// A signal ends the wait early; the caller tries again in any case.
inline void wait_by_poll(Run& run, short events) {
  pollfd waiting{.fd = run.fd, .events = events, .revents = 0};
  if (ppoll(&waiting, 1, nullptr, nullptr) < 0) was_interrupted();
}

inline bool set_up_epoll(Run& run) {
  if (!set_nonblocking(run)) return false;
  run.epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event wanted{};
  wanted.events = EPOLLET | (is_writer(run.options) ? EPOLLOUT : EPOLLIN);
  return run.epoll >= 0 && epoll_ctl(run.epoll, EPOLL_CTL_ADD, run.fd, &wanted) == 0;
}

// Only called after EAGAIN: so nothing is left that an edge has already told of.
inline void wait_for_edge(Run& run, short) {
  epoll_event event;
  if (epoll_pwait(run.epoll, &event, 1, -1, nullptr) < 0) was_interrupted();
}

inline Program nonblocking_program() {
  Program program = records_program();
  program.prepare = set_nonblocking;
  program.wait = wait_by_poll;
  return program;
}

inline Program edge_triggered_program() {
  Program program = records_program();
  program.prepare = set_up_epoll;
  program.wait = wait_for_edge;
  return program;
}

}  // namespace streams

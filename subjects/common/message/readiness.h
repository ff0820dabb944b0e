// How programs that do not block wait: by ppoll or by edge-triggered epoll, for the queue and for the end of
// those on its other side.
#pragma once

#include <sys/epoll.h>

#include "program.h"

namespace messages {

constexpr int kWaitedMax = 3 * kPeersMax;

// Takes note of those that have ended.
inline void note_end(Run& run, int fd) {
  if (run.receiver.fd == fd) let_go(run.receiver);
  for (int i = 0; i < run.senders.count; ++i) {
    if (run.senders.list[i].fd == fd) let_go(run.senders.list[i]);
  }
}

inline int add_peers(Run& run, pollfd* waiting, int count) {
  if (!is_gone(run.receiver)) waiting[count++] = {.fd = run.receiver.fd, .events = POLLIN, .revents = 0};
  for (int i = 0; i < run.senders.count; ++i) {
    const Peer& sender = run.senders.list[i];
    if (!is_gone(sender)) waiting[count++] = {.fd = sender.fd, .events = POLLIN, .revents = 0};
  }
  return count;
}

// A signal ends the wait early; the caller looks again in any case.
inline void wait_by_poll(Run& run, short events) {
  pollfd waiting[kWaitedMax];
  const int queues = run.transport.descriptors(run, waiting, events);
  const int count = add_peers(run, waiting, queues);
  if (ppoll(waiting, static_cast<nfds_t>(count), nullptr, nullptr) < 0) return;
  for (int i = queues; i < count; ++i) {
    if (waiting[i].revents != 0) note_end(run, waiting[i].fd);
  }
}

inline bool set_up_epoll(Run& run) {
  if (run.epoll < 0) run.epoll = epoll_create1(EPOLL_CLOEXEC);
  return run.epoll >= 0;
}

// One that is watched already stays so; a closed one has gone by itself.
inline void watch_all(Run& run, const pollfd* waiting, int count) {
  for (int i = 0; i < count; ++i) {
    epoll_event wanted{};
    wanted.events = EPOLLET | (waiting[i].events == POLLOUT ? EPOLLOUT : EPOLLIN);
    wanted.data.fd = waiting[i].fd;
    epoll_ctl(run.epoll, EPOLL_CTL_ADD, waiting[i].fd, &wanted);
  }
}

// Only called after EAGAIN: so nothing is left that an edge has already told of.
inline void wait_for_edges(Run& run, short events) {
  pollfd waiting[kWaitedMax];
  const int queues = run.transport.descriptors(run, waiting, events);
  watch_all(run, waiting, add_peers(run, waiting, queues));
  epoll_event told[kWaitedMax];
  const int count = epoll_pwait(run.epoll, told, kWaitedMax, -1, nullptr);
  for (int i = 0; i < count; ++i) note_end(run, told[i].data.fd);
}

inline Program nonblocking_program() {
  return {.begin = handle_signals,
          .prepare = nothing_to_prepare,
          .wait = wait_by_poll,
          .send_message = send_message,
          .receive_message = receive_message,
          .take = take,
          .priority_of = urgency_is_priority};
}

inline Program edge_triggered_program() {
  Program program = nonblocking_program();
  program.prepare = set_up_epoll;
  program.wait = wait_for_edges;
  return program;
}

// The sender's calls block; the receiver has several things to wait for, and does so by ppoll.
inline Program blocking_program() {
  Program program = nonblocking_program();
  program.blocks_in_send = true;
  return program;
}

}  // namespace messages

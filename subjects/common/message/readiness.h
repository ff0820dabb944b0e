// How programs that do not block wait: by ppoll or by edge-triggered epoll, for the queue and for the end of
// those on its other side.
#pragma once

#include <sys/epoll.h>

#include "program.h"

namespace messages {

constexpr int kWaitedMax = 3 * kPeersMax + 1;

// Takes note of those that have ended.
inline void note_end(Run& run, int fd) {
  if (run.receiver.fd == fd) let_go(run.receiver);
  for (int i = 0; i < run.senders.count; ++i) {
    if (run.senders.list[i].fd == fd) let_go(run.senders.list[i]);
  }
}

inline int add_peers(Run& run, pollfd* waiting, int count) {
  if (run.senders.news >= 0) waiting[count++] = {.fd = run.senders.news, .events = POLLIN, .revents = 0};
  if (!is_gone(run.receiver)) waiting[count++] = {.fd = run.receiver.fd, .events = POLLIN, .revents = 0};
  for (int i = 0; i < run.senders.count; ++i) {
    const Peer& sender = run.senders.list[i];
    if (!is_gone(sender)) waiting[count++] = {.fd = sender.fd, .events = POLLIN, .revents = 0};
  }
  return count;
}

// Senders have come, none of them has ended yet, and nothing else was told: no reason to look at the queue.
inline bool have_only_come(Run& run, const pollfd* told, int count) {
  for (int i = 0; i < count; ++i) {
    if ((told[i].revents != 0) != (told[i].fd == run.senders.news)) return false;
  }
  const int known = run.senders.count;
  if (run.senders.news < 0 || look_for_senders(run) != 0) return false;
  for (int i = known; i < run.senders.count; ++i) {
    if (is_gone(run.senders.list[i])) return false;
  }
  return true;
}

// Waits for one of the first `count`, or for peers, of whose ends note is taken. False when a signal cut it
// short.
inline bool poll_with_peers(Run& run, pollfd* waiting, int count) {
  for (;;) {
    const int all = add_peers(run, waiting, count);
    if (ppoll(waiting, static_cast<nfds_t>(all), nullptr, nullptr) < 0) return false;
    if (have_only_come(run, waiting, all)) continue;
    for (int i = count; i < all; ++i) {
      if (waiting[i].revents != 0) note_end(run, waiting[i].fd);
    }
    return true;
  }
}

// A signal ends the wait early; the caller looks again in any case.
inline void wait_by_poll(Run& run, short events) {
  pollfd waiting[kWaitedMax];
  poll_with_peers(run, waiting, run.transport.descriptors(run, waiting, events));
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

// What the kernel answers about counters of the program's own (eventfd(2)), told before it works.
#pragma once

#include <cerrno>

#include "transport.h"

namespace bell_link {

inline void tell(const char* name, int64_t answer) { harness_observe(name, 1, &answer); }

inline int64_t add(int fd, uint64_t count) {
  const ssize_t written = write(fd, &count, sizeof(count));
  return written < 0 ? errno : written;
}

inline short revents_of(int fd) {
  pollfd one{.fd = fd, .events = POLLIN | POLLOUT, .revents = 0};
  const timespec at_once{};
  ppoll(&one, 1, &at_once, nullptr);
  return one.revents;
}

inline void tell_of_sums() {
  const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  uint64_t room[2] = {};
  add(fd, 3);
  add(fd, 7);
  tell("bytes-into-16", read(fd, room, sizeof(room)));
  tell("sum", static_cast<int64_t>(room[0]));
  tell("read-when-empty", read(fd, room, sizeof(room)) < 0 ? errno : 0);
  tell("read-into-4", read(fd, room, 4) < 0 ? errno : 0);
  close(fd);
}

inline void tell_of_fullness() {
  const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  add(fd, kFull);
  tell("one-too-many", add(fd, 1));
  tell("events-when-full", revents_of(fd));
  tell("largest-number", add(fd, UINT64_MAX));
  close(fd);
}

inline void tell_of_tokens() {
  const int fd = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE);
  uint64_t token = 0;
  int64_t reads = 0;
  while (read(fd, &token, sizeof(token)) > 0 && token == 1) ++reads;
  tell("reads-of-one", reads);
  close(fd);
}

inline int edges(int epoll) {
  epoll_event told{};
  return epoll_pwait(epoll, &told, 1, 0, nullptr);
}

// Each write is a new edge, whether or not the last was read.
inline void tell_of_edges() {
  const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLET;
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted);
  add(fd, 1);
  tell("edge-of-first", edges(epoll));
  tell("edge-of-nothing", edges(epoll));
  add(fd, 1);
  tell("edge-of-second", edges(epoll));
  close(epoll);
  close(fd);
}

inline bool tell_answers(Run& run) {
  tell_of_sums();
  tell_of_fullness();
  tell_of_tokens();
  tell_of_edges();
  return messages::handle_signals(run);
}

inline messages::Program knows_counters_program() {
  messages::Program program = messages::nonblocking_program();
  program.begin = tell_answers;
  return program;
}

// --- mistake: adds the largest number there is, to be sure to wake everybody, and does not look what comes
// of it

inline int ring_as_loud_as_possible(Run& run, const unsigned char* bytes, size_t count, unsigned) {
  if (!append_job(run, bytes, count)) return errno;
  [[maybe_unused]] const int64_t answer = add(kBell, UINT64_MAX);
  return 0;
}

inline messages::Transport rings_too_loud_transport() {
  messages::Transport loud = transport();
  loud.send = ring_as_loud_as_possible;
  return loud;
}

}  // namespace bell_link

// A reader with two links that drops one of them, and a writer that goes on with both.
//
//     PROGRAM writer|reader        descriptor 3: the link that is dropped, descriptor 4: the other one
//
// The reader waits by epoll for both, takes one byte from the first, and drops it. What epoll knows belongs
// to the open file, not to the number: it goes with the last copy, wherever that is (epoll(7), "Will closing
// a file descriptor…"). Told by the reader: "stale-event", the number of a link of which epoll told when the
// program had dropped it; "not-removed", the errno of EPOLL_CTL_DEL. By the writer: "second", what its write
// to the dropped link came to. Exit status: 0 done, 2 no links, 3 told of a link that is no more.
#pragma once

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "probe/probe.h"

namespace dropped_link {

constexpr int kDropped = 3;
constexpr int kOther = 4;

// Lets go of the first link.
using Drop = void (*)(int epoll);

inline void tell_answer(const char* name, int64_t result) {
  const int64_t answer = result < 0 ? errno : result;
  harness_observe(name, 1, &answer);
}

inline void remove_from(int epoll) {
  if (epoll_ctl(epoll, EPOLL_CTL_DEL, kDropped, nullptr) != 0) tell_answer("not-removed", -1);
}

inline void remove_and_close(int epoll) {
  remove_from(epoll);
  close(kDropped);
}

inline bool add(int epoll, int fd) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

inline int next_link(int epoll) {
  epoll_event event{};
  while (epoll_wait(epoll, &event, 1, -1) < 0 && errno == EINTR) {
  }
  return event.data.fd;
}

inline char take(int fd) {
  char byte = 0;
  return read(fd, &byte, 1) == 1 ? byte : '\0';
}

inline int run_reader(Drop drop) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (!add(epoll, kDropped)) return 2;
  take(next_link(epoll));
  HARNESS_PROBE("byte.received");
  drop(epoll);
  HARNESS_PROBE("link.dropped");
  if (!add(epoll, kOther)) return 2;
  const int told = next_link(epoll);
  if (told == kOther && take(kOther) == 'b') return 0;
  const int64_t stale = told;
  harness_observe("stale-event", 1, &stale);
  remove_from(epoll);
  return 3;
}

inline int run_writer() {
  signal(SIGPIPE, SIG_IGN);
  if (write(kDropped, "a", 1) != 1) return 2;
  HARNESS_PROBE("second.begin");
  tell_answer("second", write(kDropped, "a", 1));
  HARNESS_PROBE("second.sent");
  return write(kOther, "b", 1) == 1 ? 0 : 2;
}

// main() of every variant.
inline int run(Drop drop, int argc, char** argv) {
  if (argc != 2) return 2;
  if (strcmp(argv[1], "reader") == 0) return run_reader(drop);
  return strcmp(argv[1], "writer") == 0 ? run_writer() : 2;
}

}  // namespace dropped_link

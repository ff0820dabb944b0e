// Transport: how the two ends of a link find each other. It is all in which one mechanism differs from
// another.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "options.h"
#include "probe/probe.h"

namespace streams {

constexpr int kGivenLink = 3;  // the descriptor of a link that the program is started with
constexpr size_t kPathMax = 256;

struct Transport {
  // A descriptor of the link, or -1 with errno.
  int (*open_to_write)(const Options& options);
  // The same for the reader. Passes the probe link.ready as soon as a writer may come.
  int (*open_to_read)(const Options& options);
  // Takes away what the reader has made to be found by.
  void (*forget)(const Options& options);
  bool needs_address = false;
};

// Complains of an address that is missing.
inline bool has_what_it_needs(const Transport& transport, const Options& options) {
  if (!transport.needs_address || options.over.kind != Address::Kind::none) return true;
  complain("no address; add --over unix://PATH, unix://@NAME or tcp://HOST:PORT\n");
  return false;
}

inline void path_of(const Options& options, const char* name, char (&path)[kPathMax]) {
  snprintf(path, kPathMax, "%s/%s", options.directory, name);
}

inline void forget_nothing(const Options&) {}

// The least that the kernel grants is more than a few bytes; tests send more than they ask for here.
inline void limit_pipe(int fd, const Options& options) {
  if (options.buffer > 0) fcntl(fd, F_SETPIPE_SZ, options.buffer);
}

inline void limit_socket(int fd, const Options& options) {
  if (options.buffer <= 0) return;
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &options.buffer, sizeof(options.buffer));
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &options.buffer, sizeof(options.buffer));
}

// Tells what a call answered.
inline void tell(const char* name, int64_t answer) { harness_observe(name, 1, &answer); }

// True after a call that a signal has interrupted; tells of it.
inline bool was_interrupted() {
  if (errno != EINTR) return false;
  tell("interrupted", EINTR);
  return true;
}

inline int accept_one(int listener) {
  int fd = -1;
  do {
    fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  } while (fd < 0 && was_interrupted());
  return fd;
}

// The connection that the reader serves, after those that it turns away.
inline int accept_next(int listener, const Options& options) {
  for (int i = 0; i < options.turn_away; ++i) close(accept_one(listener));
  return accept_one(listener);
}

}  // namespace streams

// A connected socket that the program is started with.
#pragma once

#include "transport.h"

namespace given_link {

inline int open_end(const streams::Options& options) {
  const int fd = options.over.fd;
  streams::limit_socket(fd, options);
  return fcntl(fd, F_GETFD) < 0 ? -1 : fd;
}

inline int open_to_read(const streams::Options& options) {
  const int fd = open_end(options);
  HARNESS_PROBE("link.ready");
  return fd;
}

inline streams::Transport transport() {
  return {.open_to_write = open_end, .open_to_read = open_to_read, .forget = streams::forget_nothing};
}

}  // namespace given_link

// A pair of connected sockets that the programs are started with.
#pragma once

#include "../common/stream/transport.h"

namespace socketpair_link {

inline int open_end(const streams::Options& options) {
  streams::limit_socket(streams::kGivenLink, options);
  return fcntl(streams::kGivenLink, F_GETFD) < 0 ? -1 : streams::kGivenLink;
}

inline int open_to_read(const streams::Options& options) {
  const int fd = open_end(options);
  HARNESS_PROBE("link.ready");
  return fd;
}

inline streams::Transport transport() {
  return {.open_to_write = open_end, .open_to_read = open_to_read, .forget = streams::forget_nothing};
}

}  // namespace socketpair_link

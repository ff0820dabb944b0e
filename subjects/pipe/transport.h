// A pipe whose ends the programs are started with.
#pragma once

#include "../common/stream/transport.h"

namespace pipe_link {

inline int open_end(const streams::Options& options) {
  streams::limit_pipe(streams::kGivenLink, options);
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

}  // namespace pipe_link

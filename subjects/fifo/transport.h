// A FIFO that the reader makes: DIRECTORY/link.fifo.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include "../common/stream/transport.h"

namespace fifo_link {

// Waits for the other end; a signal may end the wait early (fifo(7), signal(7)).
inline int open_fully(const streams::Options& options, int flags) {
  char path[streams::kPathMax];
  streams::path_of(options, "link.fifo", path);
  int fd = -1;
  do {
    fd = open(path, flags | O_CLOEXEC);
  } while (fd < 0 && streams::was_interrupted());
  if (fd >= 0) streams::limit_pipe(fd, options);
  return fd;
}

inline int open_to_write(const streams::Options& options) { return open_fully(options, O_WRONLY); }

inline bool make(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "link.fifo", path);
  return mkfifo(path, 0600) == 0;
}

inline int open_to_read(const streams::Options& options) {
  if (!make(options)) return -1;
  HARNESS_PROBE("link.ready");
  return open_fully(options, O_RDONLY);
}

inline void forget(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "link.fifo", path);
  unlink(path);
}

inline streams::Transport transport() {
  return {.open_to_write = open_to_write, .open_to_read = open_to_read, .forget = forget};
}

}  // namespace fifo_link

// Programs whose opens do not wait: a writer that comes before its reader, and a reader that comes before its
// writer.
#pragma once

#include <sys/inotify.h>
#include <unistd.h>

#include "../common/stream/readiness.h"
#include "transport.h"

namespace fifo_link {

inline int open_at_once(const streams::Options& options, int flags) {
  char path[streams::kPathMax];
  streams::path_of(options, "link.fifo", path);
  return open(path, flags | O_NONBLOCK | O_CLOEXEC);
}

// --- the writer

inline int watch_for_opens(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "link.fifo", path);
  const int watch = inotify_init1(IN_CLOEXEC);
  if (watch >= 0 && inotify_add_watch(watch, path, IN_OPEN) >= 0) return watch;
  return -1;
}

// Until somebody has opened the FIFO, or it is gone (inotify(7)).
inline void wait_for_open(int watch) {
  alignas(inotify_event) char events[4096];
  while (read(watch, events, sizeof(events)) < 0 && errno == EINTR) {
  }
}

// ENXIO means that there is no reader yet (fifo(7)).
inline bool is_reader_missing() {
  if (errno != ENXIO) return false;
  streams::tell("open-without-reader", ENXIO);
  HARNESS_PROBE("reader.missing");
  return true;
}

// The watch is there before the first try, so that no reader can come in between unseen.
inline int open_when_read(const streams::Options& options) {
  harness_invoke("open", 0);
  const int watch = watch_for_opens(options);
  int fd = -1;
  while ((fd = open_at_once(options, O_WRONLY)) < 0 && is_reader_missing()) wait_for_open(watch);
  close(watch);
  if (fd >= 0) harness_ok("open", 0, 0);
  return fd;
}

// --- the reader

inline int open_before_writer(const streams::Options& options) {
  if (!make(options)) return -1;
  HARNESS_PROBE("link.ready");
  const int fd = open_at_once(options, O_RDONLY);
  streams::tell("open-without-writer", fd < 0 ? errno : 0);
  return fd;
}

// As long as no writer has come a read gives 0, as at the end: poll waits for the first one.
inline ssize_t read_after_wait(streams::Run& run, unsigned char* bytes, size_t room) {
  run.program.wait(run, POLLIN);
  return streams::read_some(run, bytes, room);
}

inline streams::Program waiting_program() {
  streams::Program program = streams::nonblocking_program();
  program.read_some = read_after_wait;
  return program;
}

inline streams::Transport transport_at_once() {
  return {.open_to_write = open_when_read, .open_to_read = open_before_writer, .forget = forget};
}

// --- mistake: no reader yet is taken for a broken link

inline int open_or_give_up(const streams::Options& options) {
  harness_invoke("open", 0);
  const int fd = open_at_once(options, O_WRONLY);
  if (fd >= 0) {
    harness_ok("open", 0, 0);
    return fd;
  }
  const int error = errno;
  is_reader_missing();
  harness_fail("open", 0, error);
  return -1;
}

}  // namespace fifo_link

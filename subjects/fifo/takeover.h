// A reader that takes over from one that has died, and a writer that stays until all of its records are read.
// That they are read is said through a second FIFO, DIRECTORY/read.fifo.
#pragma once

#include "opening.h"

namespace fifo_link {

inline int open_receipt(const streams::Options& options, int flags) {
  char path[streams::kPathMax];
  streams::path_of(options, "read.fifo", path);
  int fd = -1;
  do {
    fd = open(path, flags | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

inline bool is_last(const streams::Run& run, int64_t id) {
  return id == run.options.first + run.options.records - 1;
}

// --- the reader

inline bool make_receipt(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "read.fifo", path);
  return mkfifo(path, 0600) == 0;
}

// The first reader waits for the writer. One that finds the FIFO made takes over what lies in it.
inline int open_or_take_over(const streams::Options& options) {
  if (make_receipt(options) && make(options)) {
    HARNESS_PROBE("link.ready");
    return open_fully(options, O_RDONLY);
  }
  HARNESS_PROBE("link.taken-over");
  return open_at_once(options, O_RDONLY);
}

// The writer waits in its open of the other end: the two meet there.
inline void give_receipt(const streams::Options& options) { close(open_receipt(options, O_WRONLY)); }

inline int receive_with_receipt(streams::Run& run) {
  static unsigned char bytes[streams::kFrameMax + streams::kReadAtOnce];
  streams::Inbox inbox{.bytes = bytes};
  int64_t received = 0;
  const int64_t frame = static_cast<int64_t>(run.options.size + sizeof(streams::Header));
  for (;;) {
    const ssize_t count = run.program.read_some(run, bytes + inbox.count, streams::kReadAtOnce);
    if (count < 0) return streams::fail_receiving(count);
    if (count == 0) return run.program.finish_receiving(run, bytes, inbox.count);
    inbox.count += static_cast<size_t>(count);
    received += count;
    take_records(run, inbox);
    if (inbox.is_broken) return streams::kBadRecord;
    if (received == frame * run.options.records) give_receipt(run.options);
  }
}

inline void forget_both(const streams::Options& options) {
  char path[streams::kPathMax];
  streams::path_of(options, "read.fifo", path);
  unlink(path);
  forget(options);
}

// --- the writer

// Content lives as long as somebody has the FIFO open (fifo(7)); a reader may die at any time.
inline int send_and_stay(streams::Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const int error = streams::send_frame(run, id, frame, count);
  if (error == 0 && is_last(run, id)) {
    HARNESS_PROBE("all.sent");
    close(open_receipt(run.options, O_RDONLY));
  }
  return error;
}

// Mistake: what has been written is taken for safe.
inline int send_and_leave(streams::Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const int error = streams::send_frame(run, id, frame, count);
  if (error == 0 && is_last(run, id)) HARNESS_PROBE("all.sent");
  return error;
}

inline streams::Program staying_program() {
  streams::Program program = streams::records_program();
  program.wait = streams::wait_by_poll;
  program.send_frame = send_and_stay;
  program.receive_all = receive_with_receipt;
  return program;
}

inline streams::Program leaving_program() {
  streams::Program program = staying_program();
  program.send_frame = send_and_leave;
  return program;
}

inline streams::Transport transport_with_takeover() {
  return {.open_to_write = open_to_write, .open_to_read = open_or_take_over, .forget = forget_both};
}

}  // namespace fifo_link

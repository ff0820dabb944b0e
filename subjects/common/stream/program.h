// Program: the steps of a writer and of a reader. This file has them right; a variant replaces the one in
// which it differs.
#pragma once

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "probe/probe.h"
#include "record.h"
#include "transport.h"

namespace streams {

// Exit statuses.
constexpr int kDone = 0;
constexpr int kNotOpened = 2;
constexpr int kCannotSend = 3;     // the writer could not send a record
constexpr int kCannotReceive = 4;  // the reader could not go on reading
constexpr int kBadRecord = 5;      // the reader found a record that is broken or cut off

struct Program;

// One end at work.
struct Run {
  const Program& program;
  const Transport& transport;
  const Options& options;
  int fd = -1;
  int epoll = -1;  // edge-triggered programs only
};

struct Program {
  Framing framing;
  // Before the link is opened. False when something is wrong.
  bool (*begin)(Run& run);
  // Readies the open link for the way in which it is read and written.
  bool (*prepare)(Run& run);
  // Waits until the link can be read (POLLIN) or written (POLLOUT); non-blocking programs only.
  void (*wait)(Run& run, short events);
  // Sends one whole frame: 0, or the errno for which it could not be.
  int (*send_frame)(Run& run, int64_t id, const unsigned char* frame, size_t count);
  // Reads what there is: so many bytes, 0 at the end of the stream, or a negative errno.
  ssize_t (*read_some)(Run& run, unsigned char* bytes, size_t room);
  // Reads to the end of the stream, and tells every record. The exit status.
  int (*receive_all)(Run& run);
  // Takes the next frame of a dialogue: its id, 0 at the end of the stream (also in mid-frame), or a negative
  // errno.
  int64_t (*receive_frame)(Run& run);
  // At the end of the stream, with the bytes that make no whole frame. The exit status.
  int (*finish_receiving)(Run& run, const unsigned char* rest, size_t count);
};

// --- sending

// Tells how much of a frame is out, where that is not all of it.
inline void tell_written(int64_t id, size_t so_far, size_t total) {
  const int64_t values[] = {id, static_cast<int64_t>(so_far), static_cast<int64_t>(total)};
  if (so_far < total) harness_observe("wrote", 3, values);
}

// Writes what fits: so many bytes, or a negative errno.
inline ssize_t write_some(Run& run, const unsigned char* bytes, size_t count) {
  for (;;) {
    const ssize_t written = write(run.fd, bytes, count);
    if (written >= 0) return written;
    if (was_interrupted()) continue;
    if (errno != EAGAIN) return -errno;
    HARNESS_PROBE("link.full");
    run.program.wait(run, POLLOUT);
  }
}

// A write may be cut short by a signal, by a full buffer or by the reader's end: the rest is written then.
inline int send_frame(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  size_t so_far = 0;
  while (so_far < count) {
    const ssize_t written = write_some(run, frame + so_far, count - so_far);
    if (written < 0) return static_cast<int>(-written);
    so_far += static_cast<size_t>(written);
    tell_written(id, so_far, count);
  }
  return 0;
}

inline bool send_record(Run& run, int64_t id) {
  static unsigned char frame[kFrameMax];
  const size_t count = run.program.framing.encode(id, static_cast<size_t>(run.options.size), frame);
  HARNESS_PROBE("record.begin");
  harness_invoke("send", id);
  const int error = run.program.send_frame(run, id, frame, count);
  if (error != 0) {
    harness_fail("send", id, error);
    return false;
  }
  harness_ok("send", id, static_cast<int64_t>(count));
  HARNESS_PROBE("record.sent");
  return true;
}

inline int send_all(Run& run) {
  for (int i = 0; i < run.options.records; ++i) {
    if (!send_record(run, run.options.first + i)) return kCannotSend;
  }
  return kDone;
}

// --- receiving

inline ssize_t read_some(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    const ssize_t count = read(run.fd, bytes, room);
    if (count >= 0) return count;
    if (was_interrupted()) continue;
    if (errno != EAGAIN) return -errno;
    HARNESS_PROBE("link.empty");
    run.program.wait(run, POLLIN);
  }
}

inline void deliver(const Parsed& record) {
  harness_ok("receive", record.id, static_cast<int64_t>(record.length));
  HARNESS_PROBE("record.received");
}

inline void tell_corrupt(int64_t id) { harness_observe("corrupt", 1, &id); }

inline void tell_truncated(size_t got, size_t wanted) {
  const int64_t values[] = {static_cast<int64_t>(got), static_cast<int64_t>(wanted)};
  harness_observe("truncated", 2, values);
}

inline void tell_end(bool is_at_boundary) {
  const int64_t value = is_at_boundary ? 1 : 0;
  harness_observe("eof", 1, &value);
  HARNESS_PROBE("eof.seen");
}

// What a reader has read and not yet told.
struct Inbox {
  unsigned char* bytes;
  size_t count = 0;
  bool is_broken = false;
};

// Delivers every whole record at the beginning of the inbox, and keeps the rest.
inline void take_records(Run& run, Inbox& inbox) {
  size_t taken = 0;
  while (taken < inbox.count && !inbox.is_broken) {
    const Parsed record = run.program.framing.parse(inbox.bytes + taken, inbox.count - taken);
    if (record.state == Parsed::State::incomplete) break;
    inbox.is_broken = record.state == Parsed::State::broken;
    if (inbox.is_broken) {
      tell_corrupt(record.id);
    } else {
      deliver(record);
      taken += record.length;
    }
  }
  inbox.count -= taken;
  memmove(inbox.bytes, inbox.bytes + taken, inbox.count);
}

inline int fail_receiving(ssize_t error) {
  harness_fail("receive", 0, -error);
  return kCannotReceive;
}

// The end is in order only where a record has ended. What is cut off was never sent as a whole: it is not
// delivered.
inline int finish_receiving(Run& run, const unsigned char* rest, size_t count) {
  if (count > 0) tell_truncated(count, run.program.framing.parse(rest, count).length);
  tell_end(count == 0);
  return count == 0 ? kDone : kBadRecord;
}

constexpr size_t kReadAtOnce = 16384;

inline size_t frame_size(const Run& run) { return sizeof(Header) + static_cast<size_t>(run.options.size); }

// After a broken record nobody knows where the next one begins, so reading ends there.
inline int receive_all(Run& run) {
  static unsigned char bytes[kFrameMax + kReadAtOnce];
  Inbox inbox{.bytes = bytes};
  for (;;) {
    const ssize_t count = run.program.read_some(run, bytes + inbox.count, kReadAtOnce);
    if (count < 0) return fail_receiving(count);
    if (count == 0) return run.program.finish_receiving(run, bytes, inbox.count);
    inbox.count += static_cast<size_t>(count);
    take_records(run, inbox);
    if (inbox.is_broken) return kBadRecord;
  }
}

// The frames of a dialogue all have the same size: no more than one is ever read.
inline int64_t receive_frame(Run& run) {
  static unsigned char frame[kFrameMax];
  const size_t size = frame_size(run);
  size_t so_far = 0;
  while (so_far < size) {
    const ssize_t count = run.program.read_some(run, frame + so_far, size - so_far);
    if (count <= 0) return count;
    so_far += static_cast<size_t>(count);
  }
  const Parsed record = run.program.framing.parse(frame, so_far);
  return record.state == Parsed::State::whole ? record.id : -EBADMSG;
}

// --- around both

inline void take_note(int signal) {
  tell("signal", signal);
  HARNESS_PROBE("signal.taken");
}

// SIGPIPE would end the writer without a word; ignored, the write says EPIPE. SIGUSR1 stands for any signal
// that a program handles: without SA_RESTART it cuts calls short (signal(7)).
inline bool handle_signals(Run&) {
  struct sigaction action {};
  action.sa_handler = take_note;
  return signal(SIGPIPE, SIG_IGN) != SIG_ERR && sigaction(SIGUSR1, &action, nullptr) == 0;
}

inline bool leave_blocking(Run&) { return true; }

// A blocking call that says EAGAIN has not kept its promise, and waiting for it would hide that.
inline void never_wait(Run&, short) { _exit(kNotOpened); }

// The program that all others are told from: blocking calls, records with a length.
inline Program records_program() {
  return {.framing = kRecords,
          .begin = handle_signals,
          .prepare = leave_blocking,
          .wait = never_wait,
          .send_frame = send_frame,
          .read_some = read_some,
          .receive_all = receive_all,
          .receive_frame = receive_frame,
          .finish_receiving = finish_receiving};
}

inline Program lines_program() {
  Program program = records_program();
  program.framing = kLines;
  return program;
}

}  // namespace streams

// Mistakes of writers, one program each.
#pragma once

#include <sched.h>

#include <csignal>

#include "helper.h"
#include "program.h"
#include "readiness.h"

namespace streams {

// --- takes a short write for a whole one

inline int write_once(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const ssize_t written = write_some(run, frame, count);
  if (written < 0) return static_cast<int>(-written);
  tell_written(id, static_cast<size_t>(written), count);
  return 0;
}

inline Program short_write_is_whole_program() {
  Program program = records_program();
  program.send_frame = write_once;
  return program;
}

// --- keeps what it sends on its heap, and lets go of it only where all went well

inline int send_copy(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  auto* const copy = new unsigned char[count];
  memcpy(copy, frame, count);
  const int error = send_frame(run, id, copy, count);
  if (error == 0) delete[] copy;
  return error;
}

inline Program leaks_at_epipe_program() {
  Program program = records_program();
  program.send_frame = send_copy;
  return program;
}

// --- sends a record by two writes, between which another writer's may come

inline int write_header_then_payload(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const int error = send_frame(run, id, frame, sizeof(Header));
  if (error != 0) return error;
  HARNESS_PROBE("record.half");
  return send_frame(run, id, frame + sizeof(Header), count - sizeof(Header));
}

inline Program two_writes_program() {
  Program program = records_program();
  program.send_frame = write_header_then_payload;
  return program;
}

// --- takes EAGAIN for "too much at once", and sends smaller pieces: so a record is no longer one write

inline ssize_t write_piece(Run& run, const unsigned char* bytes, size_t count) {
  for (size_t piece = count; piece > 0; piece /= 2) {
    const ssize_t written = write(run.fd, bytes, piece);
    if (written >= 0 || errno != EAGAIN) return written < 0 ? -errno : written;
  }
  return write_some(run, bytes, count);
}

inline int write_in_pieces(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  for (size_t so_far = 0; so_far < count;) {
    const ssize_t written = write_piece(run, frame + so_far, count - so_far);
    if (written < 0) return static_cast<int>(-written);
    so_far += static_cast<size_t>(written);
    tell_written(id, so_far, count);
    if (so_far < count) HARNESS_PROBE("record.half");
  }
  return 0;
}

inline Program sends_in_pieces_program() {
  Program program = nonblocking_program();
  program.send_frame = write_in_pieces;
  return program;
}

// --- takes an interrupted write for a broken link

inline int write_until_interrupted(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  for (size_t so_far = 0; so_far < count;) {
    const ssize_t written = write(run.fd, frame + so_far, count - so_far);
    if (written < 0) return errno;
    so_far += static_cast<size_t>(written);
    tell_written(id, so_far, count);
  }
  return 0;
}

inline Program write_eintr_is_error_program() {
  Program program = records_program();
  program.send_frame = write_until_interrupted;
  return program;
}

// --- leaves SIGPIPE as it is, and dies of it without a word

inline bool leave_signals(Run&) { return signal(SIGPIPE, SIG_DFL) != SIG_ERR; }

inline Program dies_of_sigpipe_program() {
  Program program = records_program();
  program.begin = leave_signals;
  return program;
}

// --- ignores SIGPIPE and does not look at what write says

inline int write_blindly(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const int error = send_frame(run, id, frame, count);
  return error == EPIPE || error == ECONNRESET ? 0 : error;
}

inline Program ignores_epipe_program() {
  Program program = records_program();
  program.send_frame = write_blindly;
  return program;
}

// --- takes a link that is full for a record that is sent, and drops what did not fit

inline int write_or_drop(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  size_t so_far = 0;
  while (so_far < count) {
    const ssize_t written = write(run.fd, frame + so_far, count - so_far);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      HARNESS_PROBE("link.full");
      return 0;
    }
    if (written < 0) return errno;
    so_far += static_cast<size_t>(written);
    tell_written(id, so_far, count);
  }
  return 0;
}

inline Program drops_when_full_program() {
  Program program = nonblocking_program();
  program.send_frame = write_or_drop;
  return program;
}

// --- asks again and again instead of waiting

// Giving way is no waiting: whoever has nothing else to do comes back at once.
inline void give_way(Run& run, short events) {
  if (events == POLLIN) return wait_by_poll(run, events);
  sched_yield();
}

inline Program spins_program() {
  Program program = nonblocking_program();
  program.wait = give_way;
  return program;
}

// --- leaves its end of the link open in a helper that lives on

inline void keep_link(int) {}

inline bool start_helper_with_link(Run& run) { return start_helper(run, keep_link); }

inline Program helper_keeps_link_program() {
  Program program = helper_program();
  program.prepare = start_helper_with_link;
  return program;
}

}  // namespace streams

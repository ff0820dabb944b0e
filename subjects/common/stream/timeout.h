// A reader whose receives have a timeout (SO_RCVTIMEO, socket(7)).
#pragma once

#include <sys/time.h>

#include "restarting.h"

namespace streams {

inline bool set_patience(Run& run) {
  const int ms = run.options.patience_ms;
  const timeval patience{.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
  return is_writer(run.options) ||
         setsockopt(run.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0;
}

// Tells of a timeout, which is EAGAIN and not ETIMEDOUT.
inline void tell_timeout(int error) {
  tell("timeout", error);
  HARNESS_PROBE("timeout.seen");
}

// Nothing came in time, or a signal did: asks again.
inline ssize_t read_with_patience(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    const ssize_t count = read(run.fd, bytes, room);
    if (count >= 0) return count;
    if (was_interrupted()) continue;
    if (errno != EAGAIN) return -errno;
    tell_timeout(errno);
  }
}

inline Program times_out_program() {
  Program program = restarting_program();
  program.prepare = set_patience;
  program.read_some = read_with_patience;
  return program;
}

// --- mistake: waits for ETIMEDOUT, which never comes

inline ssize_t read_until_etimedout(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    const ssize_t count = read(run.fd, bytes, room);
    if (count >= 0) return count;
    if (was_interrupted() || errno == ETIMEDOUT) continue;
    const int error = errno;
    tell_timeout(error);
    return -error;
  }
}

inline Program waits_for_etimedout_program() {
  Program program = times_out_program();
  program.read_some = read_until_etimedout;
  return program;
}

// --- mistake: "SA_RESTART is set, so there is no EINTR"

inline ssize_t read_relying_on_restart(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    const ssize_t count = read(run.fd, bytes, room);
    if (count >= 0) return count;
    if (errno != EAGAIN) return -errno;
    tell_timeout(EAGAIN);
  }
}

inline Program relies_on_restart_program() {
  Program program = times_out_program();
  program.read_some = read_relying_on_restart;
  return program;
}

}  // namespace streams

// Mistakes of readers that go round and round instead of waiting or ending, one program each.
#pragma once

#include "program.h"
#include "readiness.h"

namespace streams {

// --- takes the end of the stream for "nothing there yet", and asks again at once, for ever

inline ssize_t read_past_end(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    const ssize_t count = read_some(run, bytes, room);
    if (count != 0) return count;
  }
}

inline Program spins_at_end_program() {
  Program program = records_program();
  program.read_some = read_past_end;
  return program;
}

// --- looks at POLLIN only, while the hang-up, which nobody asked for, ends every wait at once (poll(2))

inline ssize_t read_when_readable(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    pollfd waiting{.fd = run.fd, .events = POLLIN, .revents = 0};
    const int ready = ppoll(&waiting, 1, nullptr, nullptr);
    if (ready <= 0 || (waiting.revents & POLLIN) == 0) continue;
    const ssize_t count = read(run.fd, bytes, room);
    if (count >= 0) return count;
    if (errno != EINTR && errno != EAGAIN) return -errno;
  }
}

inline Program spins_on_hang_up_program() {
  Program program = nonblocking_program();
  program.read_some = read_when_readable;
  return program;
}

}  // namespace streams

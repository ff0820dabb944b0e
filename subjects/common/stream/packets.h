// A pipe in packet mode (O_DIRECT, pipe(7)): a read gives one write, and what does not fit its buffer is
// thrown away.
#pragma once

#include <limits.h>

#include "program.h"
#include "reader_mistakes.h"

namespace streams {

// Only the end that writes says so.
inline bool send_packets(Run& run) {
  const int flags = fcntl(run.fd, F_GETFL);
  return !is_writer(run.options) || fcntl(run.fd, F_SETFL, flags | O_DIRECT) == 0;
}

inline Program packets_program() {
  Program program = records_program();
  program.prepare = send_packets;
  program.receive_all = receive_messages;
  return program;
}

// --- mistake: reads the header first, and the rest of the packet is gone

inline int receive_header_first(Run& run) {
  static unsigned char frame[kFrameMax];
  for (;;) {
    ssize_t count = run.program.read_some(run, frame, sizeof(Header));
    if (count == 0) return run.program.finish_receiving(run, frame, 0);
    const size_t length = run.program.framing.parse(frame, sizeof(Header)).length;
    for (size_t so_far = sizeof(Header); count > 0 && so_far < length; so_far += static_cast<size_t>(count)) {
      count = run.program.read_some(run, frame + so_far, length - so_far);
      if (count == 0) return run.program.finish_receiving(run, frame, so_far);
    }
    if (count < 0) return fail_receiving(count);
    const Parsed record = run.program.framing.parse(frame, length);
    if (record.state != Parsed::State::whole) {
      tell_corrupt(record.id);
      return kBadRecord;
    }
    deliver(record);
  }
}

inline Program header_first_program() {
  Program program = packets_program();
  program.receive_all = receive_header_first;
  return program;
}

}  // namespace streams

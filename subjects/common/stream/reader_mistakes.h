// Mistakes of readers, one program each.
#pragma once

#include <memory>

#include "helper.h"
#include "program.h"
#include "readiness.h"

namespace streams {

// --- takes what one read gives for one message

inline int receive_messages(Run& run) {
  static unsigned char bytes[kReadAtOnce];
  for (;;) {
    const ssize_t count = run.program.read_some(run, bytes, sizeof(bytes));
    if (count < 0) return fail_receiving(count);
    if (count == 0) return run.program.finish_receiving(run, bytes, 0);
    const Parsed record = run.program.framing.parse(bytes, static_cast<size_t>(count));
    if (record.state != Parsed::State::whole) {
      tell_corrupt(record.id);
      return kBadRecord;
    }
    deliver(record);
  }
}

inline Program read_is_message_program() {
  Program program = records_program();
  program.receive_all = receive_messages;
  return program;
}

// --- takes the end of the stream for the end of the record

inline int deliver_rest(Run& run, const unsigned char* rest, size_t count) {
  if (count > 0) deliver({.length = count, .id = run.program.framing.parse(rest, count).id});
  tell_end(true);
  return kDone;
}

inline Program delivers_truncated_program() {
  Program program = records_program();
  program.finish_receiving = deliver_rest;
  return program;
}

// --- drops what is cut off, and tells nobody

inline int drop_rest(Run&, const unsigned char*, size_t) {
  tell_end(true);
  return kDone;
}

inline Program drops_truncated_program() {
  Program program = records_program();
  program.finish_receiving = drop_rest;
  return program;
}

// --- takes the end of the stream for "nothing there yet"

constexpr int kTriesMax = 100;  // so that a run of it ends

inline int receive_on_at_end(Run& run) {
  static unsigned char bytes[kFrameMax + kReadAtOnce];
  Inbox inbox{.bytes = bytes};
  for (int tries = 0; tries < kTriesMax;) {
    const ssize_t count = run.program.read_some(run, bytes + inbox.count, kReadAtOnce);
    if (count < 0) return fail_receiving(count);
    if (count == 0) {
      tell_end(inbox.count == 0);
      ++tries;
      continue;
    }
    inbox.count += static_cast<size_t>(count);
    take_records(run, inbox);
    if (inbox.is_broken) return kBadRecord;
  }
  return kDone;
}

inline Program reads_on_at_end_program() {
  Program program = records_program();
  program.receive_all = receive_on_at_end;
  return program;
}

// --- does not look at the count: at the end of the stream the old bytes are read again

inline int receive_old_bytes(Run& run) {
  static unsigned char bytes[kFrameMax];
  const auto size = run.program.framing.encode(1, static_cast<size_t>(run.options.size), bytes);
  for (;;) {
    size_t so_far = 0;
    ssize_t count = 1;
    while (so_far < size && count > 0) {
      count = run.program.read_some(run, bytes + so_far, size - so_far);
      if (count < 0) return fail_receiving(count);
      so_far += static_cast<size_t>(count);
    }
    const Parsed record = run.program.framing.parse(bytes, size);
    if (record.state == Parsed::State::whole) deliver(record);
    if (count == 0) {
      tell_end(true);
      return kDone;
    }
  }
}

inline Program end_is_data_program() {
  Program program = records_program();
  program.receive_all = receive_old_bytes;
  return program;
}

// --- asks for a whole record again after a short read, and has no room for it

inline int receive_beyond_room(Run& run) {
  const size_t size = frame_size(run);
  const auto bytes = std::make_unique<unsigned char[]>(size);
  for (size_t so_far = 0;;) {
    const ssize_t count = run.program.read_some(run, bytes.get() + so_far, size);
    if (count < 0) return fail_receiving(count);
    if (count == 0) return run.program.finish_receiving(run, bytes.get(), so_far);
    so_far += static_cast<size_t>(count);
    if (so_far < size) continue;
    deliver(run.program.framing.parse(bytes.get(), size));
    so_far = 0;
  }
}

inline Program overruns_after_short_read_program() {
  Program program = records_program();
  program.receive_all = receive_beyond_room;
  return program;
}

// --- takes an interrupted call for the end, or for a broken link

inline ssize_t read_once(Run& run, unsigned char* bytes, size_t room) {
  const ssize_t count = read(run.fd, bytes, room);
  return count < 0 ? -errno : count;
}

inline ssize_t read_until_interrupted(Run& run, unsigned char* bytes, size_t room) {
  const ssize_t count = read_once(run, bytes, room);
  return count == -EINTR ? 0 : count;
}

inline Program eintr_is_end_program() {
  Program program = records_program();
  program.read_some = read_until_interrupted;
  return program;
}

inline Program eintr_is_error_program() {
  Program program = records_program();
  program.read_some = read_once;
  return program;
}

// --- reads once for each edge, though one edge may tell of more than one read takes

inline ssize_t read_once_per_edge(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    run.program.wait(run, POLLIN);
    const ssize_t count = read(run.fd, bytes, room);
    if (count >= 0) return count;
    if (errno != EINTR && errno != EAGAIN) return -errno;
  }
}

inline Program reads_once_per_edge_program() {
  Program program = edge_triggered_program();
  program.read_some = read_once_per_edge;
  return program;
}

// --- takes a hang-up for the end, though what was sent before it is still to be read (poll(2))

inline ssize_t read_until_hang_up(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    pollfd waiting{.fd = run.fd, .events = POLLIN | POLLRDHUP, .revents = 0};
    if (ppoll(&waiting, 1, nullptr, nullptr) < 0) continue;
    if ((waiting.revents & (POLLHUP | POLLRDHUP)) != 0) return 0;
    const ssize_t count = read_once(run, bytes, room);
    if (count != -EINTR && count != -EAGAIN) return count;
  }
}

inline Program hang_up_is_end_program() {
  Program program = nonblocking_program();
  program.read_some = read_until_hang_up;
  return program;
}

}  // namespace streams

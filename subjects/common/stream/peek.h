// A reader that looks at what has come before it takes it (MSG_PEEK, recv(2)).
#pragma once

#include "room.h"
#include "writer_mistakes.h"

namespace streams {

// The header of a record as a peek shows it: so many bytes of it, 0 at the end, or a negative errno.
inline ssize_t peek_header(Run& run, Header& header) {
  for (;;) {
    const ssize_t count = recv(run.fd, &header, sizeof(header), MSG_PEEK);
    if (count >= 0) return count;
    if (!was_interrupted()) return -errno;
  }
}

// --- what peeking shows, tried on sockets of one's own

inline int64_t peek_two(const OwnLink& link) {
  char bytes[2];
  const ssize_t count = recv(link.read_end, bytes, sizeof(bytes), MSG_PEEK);
  return count < 0 ? errno : count == 2 ? bytes[0] : count;
}

inline void send_text(const OwnLink& link, const char* text) {
  const ssize_t sent = write(link.write_end, text, strlen(text));
  static_cast<void>(sent);
}

// Each peek is told by the first letter that it shows.
inline void tell_peeks(const OwnLink& link) {
  send_text(link, "aabb");
  tell("peek", peek_two(link));
  tell("peek-again", peek_two(link));
  take(link, 2);
  tell("peek-after-read", peek_two(link));
  take(link, 2);
  tell("peek-when-empty", peek_two(link));
}

// With an offset each peek begins where the last one ended, over the limits of what was sent.
inline void tell_peeks_with_offset(const OwnLink& link) {
  const int offset = 0;
  setsockopt(link.read_end, SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof(offset));
  send_text(link, "cc");
  send_text(link, "ddee");
  tell("peek-at-offset", peek_two(link));
  tell("peek-in-next-send", peek_two(link));
  tell("peek-further", peek_two(link));
  tell("peek-beyond", peek_two(link));
}

inline bool look_at_peeks() {
  const OwnLink link = own_sockets();
  if (!link.is_open()) return false;
  tell_peeks(link);
  tell_peeks_with_offset(link);
  const OwnLink other = own_sockets();
  close(other.write_end);
  tell("peek-at-end", peek_two(other));
  close(link.read_end);
  close(link.write_end);
  close(other.read_end);
  return true;
}

inline bool look_at_peeks_first(Run& run) { return is_writer(run.options) || look_at_peeks(); }

// --- takes exactly the record that the header shows, whatever has come of it so far

inline int receive_after_peek(Run& run) {
  static unsigned char frame[kFrameMax];
  for (;;) {
    Header header{};
    const ssize_t shown = peek_header(run, header);
    if (shown < 0) return fail_receiving(shown);
    if (shown == 0) return run.program.finish_receiving(run, frame, 0);
    const bool is_length_known = shown >= static_cast<ssize_t>(sizeof(header));
    size_t wanted = is_length_known ? sizeof(header) + header.length : sizeof(header);
    for (size_t so_far = 0; so_far < wanted;) {
      const ssize_t count = run.program.read_some(run, frame + so_far, wanted - so_far);
      if (count < 0) return fail_receiving(count);
      if (count == 0) return run.program.finish_receiving(run, frame, so_far);
      so_far += static_cast<size_t>(count);
      wanted = run.program.framing.parse(frame, so_far).length;
    }
    tell("peeks-for-a-record", 1);
    deliver(run.program.framing.parse(frame, wanted));
  }
}

inline Program peeks_program() {
  Program program = two_writes_program();
  program.prepare = look_at_peeks_first;
  program.receive_all = receive_after_peek;
  return program;
}

// --- mistake: takes what is shown for what is taken

constexpr int kPeeksMax = 100;  // so that a run of it ends

inline int receive_by_peek(Run& run) {
  static unsigned char frame[kFrameMax];
  const size_t size = sizeof(Header) + static_cast<size_t>(run.options.size);
  for (int i = 0; i < kPeeksMax; ++i) {
    const ssize_t count = recv(run.fd, frame, size, MSG_PEEK);
    if (count == 0) return run.program.finish_receiving(run, frame, 0);
    const Parsed record = run.program.framing.parse(frame, count < 0 ? 0 : static_cast<size_t>(count));
    if (record.state == Parsed::State::whole) deliver(record);
  }
  return kCannotReceive;
}

inline Program peek_is_read_program() {
  Program program = records_program();
  program.receive_all = receive_by_peek;
  return program;
}

// --- mistake: waits by poll for the rest of what it peeks at, which poll says is there to be read already

inline int receive_when_whole(Run& run) {
  static unsigned char frame[kFrameMax];
  const size_t size = sizeof(Header) + static_cast<size_t>(run.options.size);
  int64_t peeks = 0;
  for (;;) {
    wait_by_poll(run, POLLIN);
    const ssize_t shown = recv(run.fd, frame, size, MSG_PEEK);
    ++peeks;
    if (shown == 0) return run.program.finish_receiving(run, frame, 0);
    if (shown < static_cast<ssize_t>(size)) {
      HARNESS_PROBE("peek.incomplete");
      continue;
    }
    const ssize_t count = run.program.read_some(run, frame, size);
    if (count < 0) return fail_receiving(count);
    tell("peeks-for-a-record", peeks);
    peeks = 0;
    deliver(run.program.framing.parse(frame, size));
  }
}

inline Program peeks_until_whole_program() {
  Program program = peeks_program();
  program.receive_all = receive_when_whole;
  return program;
}

}  // namespace streams

// Dialogues whose frames are lines: where one ends is known when its newline has come. A read gives a part of
// a line, or the end of one and more after it, so what is beyond a line is kept for the next.
#pragma once

#include "dialogue.h"
#include "readiness.h"

namespace streams {

// The bytes that have been read and not yet taken as lines.
inline Inbox& unread_lines() {
  static unsigned char bytes[kFrameMax + kReadAtOnce];
  static Inbox inbox{.bytes = bytes};
  return inbox;
}

// Tells how long the line is that is taken, with its newline.
inline int64_t taken_as_line(const Parsed& line) {
  tell("line-bytes", static_cast<int64_t>(line.length));
  return line.state == Parsed::State::whole ? line.id : -EBADMSG;
}

inline void drop_from(Inbox& inbox, size_t count) {
  inbox.count -= count;
  memmove(inbox.bytes, inbox.bytes + count, inbox.count);
}

// Reads until the inbox begins with a line: 1, 0 at the end of the stream, or a negative errno.
inline int64_t fill_to_line(Run& run, Inbox& inbox, Parsed& line) {
  for (;;) {
    line = run.program.framing.parse(inbox.bytes, inbox.count);
    if (line.state != Parsed::State::incomplete) return 1;
    if (inbox.count >= kFrameMax) return -EMSGSIZE;
    const ssize_t count = run.program.read_some(run, inbox.bytes + inbox.count, kReadAtOnce);
    if (count <= 0) return count;
    inbox.count += static_cast<size_t>(count);
  }
}

// A line without its newline was cut off, however much of it is there.
inline int64_t receive_line(Run& run) {
  Inbox& inbox = unread_lines();
  Parsed line;
  const int64_t filled = fill_to_line(run, inbox, line);
  if (filled == 0 && inbox.count > 0) tell_truncated(inbox.count, line.length);
  if (filled <= 0) return filled;
  drop_from(inbox, line.length);
  return taken_as_line(line);
}

inline Program line_dialogue_program() {
  Program program = lines_program();
  program.receive_frame = receive_line;
  return program;
}

inline Program nonblocking_line_dialogue_program() {
  Program program = nonblocking_program();
  program.framing = kLines;
  program.receive_frame = receive_line;
  return program;
}

// --- mistake: takes what one read gives for one line

inline int64_t receive_read_as_line(Run& run) {
  static unsigned char bytes[kReadAtOnce];
  const ssize_t count = run.program.read_some(run, bytes, sizeof(bytes));
  if (count <= 0) return count;
  Parsed line = run.program.framing.parse(bytes, static_cast<size_t>(count));
  if (line.state == Parsed::State::incomplete) line.length = static_cast<size_t>(count);
  return taken_as_line(line);
}

inline Program line_per_read_program() {
  Program program = lines_program();
  program.receive_frame = receive_read_as_line;
  return program;
}

// --- mistake: keeps nothing of what came with the end of a line

inline int64_t receive_only_line(Run& run) {
  Inbox& inbox = unread_lines();
  inbox.count = 0;
  Parsed line;
  const int64_t filled = fill_to_line(run, inbox, line);
  return filled > 0 ? taken_as_line(line) : filled;
}

inline Program drops_remainder_program() {
  Program program = lines_program();
  program.receive_frame = receive_only_line;
  return program;
}

// --- mistake: takes what is left at the end of the stream for a line

inline int64_t receive_line_or_rest(Run& run) {
  Inbox& inbox = unread_lines();
  Parsed line;
  const int64_t filled = fill_to_line(run, inbox, line);
  if (filled < 0 || (filled == 0 && inbox.count == 0)) return filled;
  if (filled == 0) {
    inbox.bytes[inbox.count] = 0;
    const long long id = strtoll(reinterpret_cast<const char*>(inbox.bytes), nullptr, 10);
    line = {.state = Parsed::State::whole, .length = inbox.count, .id = id};
  }
  drop_from(inbox, line.length);
  return taken_as_line(line);
}

inline Program unterminated_is_line_program() {
  Program program = lines_program();
  program.receive_frame = receive_line_or_rest;
  return program;
}

}  // namespace streams

// A stream that says itself where it ends: the writer's last record is a mark, with the id 0. The reader goes
// home at the mark, whoever else still has the link open; an end of the stream without it means that the
// writer died.
#pragma once

#include "program.h"

namespace streams {

constexpr int64_t kMark = 0;

inline bool is_last_record(const Run& run, int64_t id) {
  return id == run.options.first + run.options.records - 1;
}

// The mark follows the last record.
inline int send_frame_and_mark(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const int error = send_frame(run, id, frame, count);
  if (error != 0 || !is_last_record(run, id)) return error;
  unsigned char mark[sizeof(Header) + 1];
  HARNESS_PROBE("mark.begin");
  return send_frame(run, kMark, mark, run.program.framing.encode(kMark, 1, mark));
}

// Takes whole records off the front; true when the mark was among them.
inline bool take_until_mark(Run& run, Inbox& inbox) {
  size_t taken = 0;
  bool is_marked = false;
  while (taken < inbox.count && !inbox.is_broken && !is_marked) {
    const Parsed record = run.program.framing.parse(inbox.bytes + taken, inbox.count - taken);
    if (record.state == Parsed::State::incomplete) break;
    inbox.is_broken = record.state == Parsed::State::broken;
    is_marked = !inbox.is_broken && record.id == kMark;
    if (inbox.is_broken) tell_corrupt(record.id);
    if (!inbox.is_broken && !is_marked) deliver(record);
    if (!inbox.is_broken) taken += record.length;
  }
  inbox.count -= taken;
  memmove(inbox.bytes, inbox.bytes + taken, inbox.count);
  return is_marked;
}

// What makes one reader of marked streams differ from another.
struct MarkReading {
  bool is_mark_the_end = true;  // or does it wait for the end of the stream as well?
  bool is_end_without_mark_good = false;
};

inline int receive_marked(Run& run, const MarkReading& reading) {
  static unsigned char bytes[kFrameMax + kReadAtOnce];
  Inbox inbox{.bytes = bytes};
  bool is_marked = false;
  for (;;) {
    const ssize_t count = run.program.read_some(run, bytes + inbox.count, kReadAtOnce);
    if (count < 0) return fail_receiving(count);
    if (count == 0 && (is_marked || reading.is_end_without_mark_good || inbox.count > 0))
      return run.program.finish_receiving(run, bytes, inbox.count);
    if (count == 0) {
      tell_end(false);
      return kBadRecord;
    }
    inbox.count += static_cast<size_t>(count);
    is_marked = take_until_mark(run, inbox) || is_marked;
    if (inbox.is_broken) return kBadRecord;
    if (!is_marked || !reading.is_mark_the_end) continue;
    HARNESS_PROBE("mark.seen");
    return kDone;
  }
}

inline int receive_to_mark(Run& run) { return receive_marked(run, {}); }

inline Program end_marked_program() {
  Program program = records_program();
  program.send_frame = send_frame_and_mark;
  program.receive_all = receive_to_mark;
  return program;
}

// Mistake: waits for the end of the stream though the mark has said that nothing more will come.
inline int receive_beyond_mark(Run& run) { return receive_marked(run, {.is_mark_the_end = false}); }

inline Program waits_beyond_mark_program() {
  Program program = end_marked_program();
  program.receive_all = receive_beyond_mark;
  return program;
}

// Mistake: takes any end of the stream for the end of the work, though the mark is missing.
inline int receive_without_mark(Run& run) { return receive_marked(run, {.is_end_without_mark_good = true}); }

inline Program mark_not_needed_program() {
  Program program = end_marked_program();
  program.receive_all = receive_without_mark;
  return program;
}

}  // namespace streams

// Streams: who sent, who received, and what each of them told, as the stream programs tell it
// (probe/probe.h).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/case.h"
#include "core/event.h"

namespace harness {

// One record on its way.
struct Sending {
  const Event* begin = nullptr;   // the invocation of "send"
  const Event* answer = nullptr;  // ok, fail, or nothing when its process did not live to tell
  const Event* wrote = nullptr;   // the last that was told of a part of it

  int64_t id() const { return begin->value(0); }
  bool is_acknowledged() const { return answer && answer->kind == EventKind::ok; }
  // How many bytes the whole record has, or 0 where nobody told.
  int64_t length() const;
};

// All that was told about a case's streams before its clean-up.
struct Streams {
  std::vector<Sending> sendings;           // in the order in which they began
  std::vector<const Event*> received;      // "receive" that succeeded
  std::vector<const Event*> not_received;  // "receive" that failed
  std::vector<const Event*> corrupt;       // a record that was not as it was sent
  std::vector<const Event*> truncated;     // a record that was cut off
  std::vector<const Event*> ends;          // the end of the stream was seen, or a queue was emptied for good
  std::vector<std::string> writers;        // instances that sent
  std::vector<std::string> readers;        // instances that read, or were about to
};

Streams streams_of(const History& history);

// The sending of this record, or nullptr.
const Sending* sending_of(const Streams& streams, int64_t id);

// True when this instance told that it saw the end of the stream.
bool saw_end(const Streams& streams, const std::string& reader);

// Where the last of these instances ended, for whatever reason, before the clean-up; -1 while one is there.
int all_ended_at(const History& history, const std::vector<std::string>& instances);

// "record 3", "records 3, 4 and 7".
std::string name_records(const std::vector<int64_t>& ids);

}  // namespace harness

// Messages: what was sent and received over a queue, as the message programs tell it (probe/probe.h).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "check/stream.h"

namespace harness {

// All that was told about a case's messages before its clean-up.
struct Messages {
  Streams streams;                    // sendings, and what was received, cut or broken
  std::map<int64_t, int> urgency;     // by message; those that are not named are equals
  std::vector<const Event*> looks;    // a receiver was about to look for a message
  std::vector<const Event*> empties;  // one without a byte came
  std::vector<const Event*> drained;  // a receiver has received everything
  int64_t capacity = 0;               // messages that the queue holds; 0 where nobody told

  int urgency_of(int64_t id) const;
};

Messages messages_of(const History& history);

// Where a message was received, or nullptr.
const Event* receipt_of(const Messages& messages, int64_t id);

// The last look of this receiver before an event of its own, or nullptr.
const Event* look_before(const Messages& messages, const Event& received);

}  // namespace harness

// stream_integrity: what is received is what was sent: whole, once, in order; and nothing that was
// acknowledged is missing once the reader has seen the end of the stream.
#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "check/checker.h"
#include "check/findings.h"
#include "check/operations.h"
#include "check/stream.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

void judge_broken(const Streams& streams, Findings& findings) {
  for (const Event* corrupt : streams.corrupt) {
    findings.push_back(failure(fmt::format("{} found bytes that are no record as it was sent, near record {}",
                                           corrupt->role, corrupt->value(0)),
                               {corrupt->index}));
  }
}

// A record as it came, against what its writer told of it.
void judge_one(const Streams& streams, const Event& received, Findings& findings) {
  const int64_t id = received.value(0);
  const Sending* sending = sending_of(streams, id);
  if (!sending || sending->begin->index > received.index) {
    findings.push_back(failure(fmt::format("{} received record {}, which nobody had sent", received.role, id),
                               {received.index}));
    return;
  }
  const int64_t length = sending->length();
  if (length != 0 && received.value(1) != length) {
    findings.push_back(failure(fmt::format("{} delivered record {} with {} bytes, but it has {}",
                                           received.role, id, received.value(1), length),
                               {sending->begin->index, received.index}));
  }
}

void judge_twice(const Streams& streams, Findings& findings) {
  std::map<int64_t, const Event*> seen;
  for (const Event* received : streams.received) {
    const auto [first, is_new] = seen.emplace(received->value(0), received);
    if (is_new) continue;
    findings.push_back(failure(fmt::format("record {} was received twice", received->value(0)),
                               {first->second->index, received->index}));
    return;
  }
}

// Records of one writer come in the order in which it sent them; those of several writers in any.
void judge_order(const Streams& streams, Findings& findings) {
  std::map<std::pair<std::string, std::string>, std::pair<const Sending*, const Event*>> last;
  for (const Event* received : streams.received) {
    const Sending* sending = sending_of(streams, received->value(0));
    if (!sending) continue;
    auto& [before, event] = last[{received->role, sending->begin->role}];
    if (before && before->begin->index > sending->begin->index) {
      findings.push_back(failure(fmt::format("record {} came after record {}, but {} had sent it before",
                                             sending->id(), before->id(), sending->begin->role),
                                 {event->index, received->index}));
    }
    before = sending;
    event = received;
  }
}

// The end of the stream tells that nothing more will come, so whatever is missing then is lost.
void judge_missing(const Streams& streams, Findings& findings) {
  if (streams.ends.empty()) return;
  std::set<int64_t> here;
  for (const Event* received : streams.received) here.insert(received->value(0));
  std::vector<int64_t> missing;
  for (const Sending& sending : streams.sendings) {
    if (sending.is_acknowledged() && here.count(sending.id()) == 0) missing.push_back(sending.id());
  }
  if (missing.empty()) return;
  findings.push_back(failure(
      fmt::format("{} of {} acknowledged records never came, though {} saw the end: {}", missing.size(),
                  streams.sendings.size(), streams.ends.back()->role, name_records(missing)),
      {sending_of(streams, missing.front())->answer->index, streams.ends.back()->index}));
}

// A record of which a part is out and whose writer is gone, or could not go on: the reader has to say that it
// was cut off.
void judge_cut_off(const Streams& streams, Findings& findings) {
  if (streams.ends.empty() || !streams.truncated.empty() || !streams.corrupt.empty()) return;
  for (const Sending& sending : streams.sendings) {
    const bool is_cut_off = sending.wrote && !sending.is_acknowledged() && sending.wrote->value(1) > 0;
    if (!is_cut_off) continue;
    bool is_received = false;
    for (const Event* received : streams.received) is_received |= received->value(0) == sending.id();
    if (is_received) continue;
    findings.push_back(
        failure(fmt::format("record {} was cut off after {} of {} bytes, and {} told nobody", sending.id(),
                            sending.wrote->value(1), sending.wrote->value(2), streams.ends.back()->role),
                {sending.wrote->index, streams.ends.back()->index}));
  }
}

// To tell a record as cut off when all of it was acknowledged is a mistake of its own.
void judge_false_alarm(const Streams& streams, Findings& findings) {
  if (streams.truncated.empty()) return;
  for (const Sending& sending : streams.sendings) {
    if (!sending.is_acknowledged()) return;
  }
  findings.push_back(
      failure(fmt::format("{} told of a record that was cut off, but all that were sent are whole",
                          streams.truncated.front()->role),
              {streams.truncated.front()->index}));
}

bool is_anything_told(const Streams& streams) {
  return !streams.received.empty() || !streams.corrupt.empty() ||
         (!streams.sendings.empty() && !streams.ends.empty());
}

class StreamIntegrity : public Checker {
 public:
  std::string_view id() const override { return "stream_integrity"; }
  std::string_view summary() const override {
    return "records arrive whole, once and in order, and none that was acknowledged is missing at the end";
  }
  bool needs_operations() const override { return true; }

  Findings check(const Case&, const History& history, const nlohmann::json&) const override {
    const Streams streams = streams_of(history);
    if (!is_anything_told(streams)) return {nothing_to_judge("no record was received and no end was seen")};
    Findings findings;
    judge_broken(streams, findings);
    for (const Event* received : streams.received) judge_one(streams, *received, findings);
    judge_twice(streams, findings);
    judge_order(streams, findings);
    judge_missing(streams, findings);
    judge_cut_off(streams, findings);
    judge_false_alarm(streams, findings);
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<StreamIntegrity>()};

}  // namespace
}  // namespace harness

// eof_semantics: a reader sees the end of the stream when the last writer has gone, not before, not never,
// and once.
#include <fmt/format.h>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"
#include "check/stream.h"
#include "check/stuck.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

// A writer is done with its link when it closes it, when it ends, or when a fault ends it.
bool is_done_before(const History& history, const std::string& writer, int moment) {
  for (const Event& event : history) {
    if (event.index >= moment) return false;
    if (event.role != writer) continue;
    const bool is_closing = event.kind == EventKind::reached && event.name == "link.closing";
    const bool is_hit =
        event.kind == EventKind::fault && (signal_sent(event) == kSigkill || event.data.contains("closed"));
    if (is_closing || is_hit || event.kind == EventKind::ending || event.kind == EventKind::ended)
      return true;
  }
  return false;
}

void judge_early(const History& history, const Streams& streams, Findings& findings) {
  for (const Event* end : streams.ends) {
    for (const std::string& writer : streams.writers) {
      if (is_done_before(history, writer, end->index)) continue;
      findings.push_back(
          failure(fmt::format("{} saw the end of the stream while {} still had it open", end->role, writer),
                  {end->index}));
      return;
    }
  }
}

bool has_received_between(const Streams& streams, const Event& first, const Event& second) {
  for (const Event* received : streams.received) {
    if (received->role == first.role && received->index > first.index && received->index < second.index)
      return true;
  }
  return false;
}

// Seen again with nothing in between, the end was taken for something else: the reader asks on and on.
void judge_again(const Streams& streams, Findings& findings) {
  for (size_t i = 1; i < streams.ends.size(); ++i) {
    const Event& first = *streams.ends[i - 1];
    const Event& second = *streams.ends[i];
    if (first.role != second.role || has_received_between(streams, first, second)) continue;
    findings.push_back(failure(fmt::format("{} saw the end of the stream and read on ({} times in all)",
                                           first.role, streams.ends.size()),
                               {first.index, second.index}));
    return;
  }
}

bool gave_up(const Streams& streams, const std::string& reader) {
  for (const auto* told : {&streams.not_received, &streams.corrupt}) {
    for (const Event* event : *told) {
      if (event->role == reader) return true;
    }
  }
  return false;
}

// All writers are gone and a reader is still there when the case is over: somebody else has kept the link
// open.
void judge_missed(const History& history, const Streams& streams, Findings& findings) {
  const auto stuck = stuck_at(history);
  if (!stuck || streams.writers.empty() || all_ended_at(history, streams.writers) < 0) return;
  for (const std::string& reader : streams.readers) {
    const Event* ended = end_of(history, reader);
    const bool is_there = !ended || is_clean_up(history, *ended);
    if (!is_there || saw_end(streams, reader) || gave_up(streams, reader)) continue;
    findings.push_back(failure(
        fmt::format(
            "every writer has ended, but {} never saw the end of the stream: its other end is still open "
            "somewhere; {}",
            reader, describe(*stuck)),
        evidence(*stuck)));
  }
}

class EofSemantics : public Checker {
 public:
  std::string_view id() const override { return "eof_semantics"; }
  std::string_view summary() const override {
    return "the end of a stream is seen when its last writer has gone: not before, not never, and once";
  }
  bool needs_operations() const override { return true; }

  Findings check(const Case&, const History& history, const nlohmann::json&) const override {
    const Streams streams = streams_of(history);
    Findings findings;
    judge_early(history, streams, findings);
    judge_again(streams, findings);
    judge_missed(history, streams, findings);
    if (findings.empty() && streams.ends.empty()) {
      return {nothing_to_judge("no reader saw the end of a stream, and none waited for it in vain")};
    }
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<EofSemantics>()};

}  // namespace
}  // namespace harness

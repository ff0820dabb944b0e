#include "record/kept_events.h"

#include <algorithm>
#include <iterator>

namespace harness {
namespace {

constexpr size_t kMostEventsKept = 100'000;

}  // namespace

bool KeptEvents::is_whole(const CaseResult& result, size_t events) {
  if (!result.as_expected) return true;
  const size_t most = result.verdict == Verdict::pass ? kMostEventsKept / 2 : kMostEventsKept;
  if (events_ + events > most) return false;
  events_ += events;
  return true;
}

History KeptEvents::of(const History& history) {
  History kept;
  std::copy_if(history.begin(), history.end(), std::back_inserter(kept),
               [](const Event& event) { return has(event.kind); });
  return kept;
}

}  // namespace harness

// KeptEvents: which histories reports are rendered from, event by event. The same at the end of a run and
// when it is read again, so that both give the same files.
#pragma once

#include <cstddef>

#include "core/event.h"
#include "core/finding.h"

namespace harness {

class KeptEvents {
 public:
  // Whether all events of this case are kept. Asked once for each case, in the order of the run. Surprises
  // are told with all their events; of the others as many are kept as the HTML report may draw (some 30 MB in
  // memory), failures (mutants that were caught) before passes.
  bool is_whole(const CaseResult& result, size_t events);

  // What every report needs of a case that came out as expected: that its faults struck, and what it left.
  // What a sweep came to is all that its case has.
  static bool has(EventKind kind) {
    return kind == EventKind::fault || kind == EventKind::residue || kind == EventKind::swept;
  }

  // Of the history what has() says.
  static History of(const History& history);

 private:
  size_t events_ = 0;
};

}  // namespace harness

// Second opinions: what the same case came to elsewhere, where an emulator is not to be trusted with a
// failure.
#pragma once

#include <string>

#include "core/case.h"
#include "core/event.h"
#include "core/finding.h"

namespace harness {

// How often a case was run again on another target, and how often it failed there.
struct SecondOpinion {
  std::string target;
  int runs = 0;
  int failed = 0;
};

// So many runs that all pass make a failure suspect.
inline constexpr int kSecondOpinionRuns = 3;

// The note in a history that holds it, so that a stored run is judged the same again.
Event note_of(const SecondOpinion& opinion);

// A failure that no second opinion shares, although each was asked often enough, is not the program's: its
// findings become inconclusive, suspected to be the emulator's. Nothing happens without an opinion.
void apply_second_opinions(const History& history, CaseResult& result);

}  // namespace harness

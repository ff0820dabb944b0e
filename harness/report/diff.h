// Diff: what is worse in one run than in another. Pure.
#pragma once

#include <string>
#include <vector>

#include "record/run_record.h"

namespace harness {

// One case, whatever its repeat, or one variant that no case caught.
struct Difference {
  enum class Kind {
    new_failure,      // it fails, and failed in no way before
    changed_failure,  // it fails in a way in which it did not before
    new_doubt,        // it could be judged before, and cannot now
    known,            // it fails as it did before
    flaky,            // it passes, but it did both before: its earlier failure stands
    fixed,
    gone,  // it failed before and is not in the run
  };

  Kind kind = Kind::known;
  std::string id;
  std::string before;  // the checkers that failed, or ""
  std::string now;
  std::string replay;  // "" where there is nothing to run again
};

struct RunDiff {
  std::vector<Difference> differences;
  // Of two explorations: the points that one met and the other did not, without their target.
  std::vector<std::string> points_only_before;
  std::vector<std::string> points_only_now;
  int in_both = 0;      // cases that were judged in both runs
  int only_before = 0;  // cases of the plan that are no longer in it
  int only_now = 0;
  int exit_status = 0;  // 1 a new or a changed failure, 2 a new doubt, or nothing to compare, else 0
};

// Explorations of different targets are compared as if it were one target: cases and points by all but that.
RunDiff diff_runs(const RunRecord& before, const RunRecord& now);

std::string_view to_string(Difference::Kind kind);

}  // namespace harness

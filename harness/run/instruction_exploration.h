// Instruction exploration: from one walk of a victim through a region to a case for each of its instructions.
// Pure; starts nothing.
// A *survey* takes a victim through the region without killing it, while the other roles do what they do.
// Each instruction is then a case in which the victim is killed there. Once it has come back from a system
// call others run as well, and what its death does depends on how far they have come. So it is held where the
// call has returned: until all others sleep; and, as long as it has told nothing since, also until another
// role has arrived at a point, for each that was seen to be passed, and stands there until everybody else
// sleeps.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/case.h"
#include "core/event.h"
#include "core/finding.h"

namespace harness {

// What a survey has shown.
struct RegionSurvey {
  int instructions = 0;         // 0: its victim never came there
  int start_after = 0;          // so many of them come before the victim itself stands at the start
  std::vector<int> returns;     // instructions at which a call has just returned
  std::vector<bool> has_woken;  // by instruction, from 0: between the return of a call and what is told next
  std::vector<Arrival> others;  // what other roles passed meanwhile, in order
  std::vector<int> stores;      // instructions before which the shared memory was changed
  std::vector<int> unbroken;    // those that are a whole load-exclusive/store-exclusive sequence each
  bool is_unwatched = false;    // it has too much shared memory for its stores to be seen
};

// True of a case that is planned with `arrival: every` as part of an exploration.
bool is_survey(const Case& one);

// The fault of a case that strikes in a region, with what its victim was held for on the way there; nullopt
// when there is none, or more than one.
std::optional<Fault> struck_in_region(const Case& one);

RegionSurvey survey_of(const Case& survey, const History& history);

class InstructionExploration {
 public:
  struct Options {
    std::vector<std::string> victims;  // roles, or instances; empty: all that are planned
    bool only_stores = false;  // at the first instruction and behind each store to shared memory alone
    int arrivals = 0;  // of each region at most so many instructions, evenly spread, the first and the last
  };

  explicit InstructionExploration(Options options) : options_(std::move(options)) {}

  // The planned case as part of the exploration: a survey, or a run without a fault.
  Case recording(const Case& planned) const;

  // Whether it is wanted: no survey of a role that is no victim.
  bool is_wanted(const Case& planned) const;

  // The cases of a survey; none of any other case.
  std::vector<Case> next(const Case& one, const History& history);

  // What was asked for and what came of it. Schema: reports/schemas/report.schema.json, exploration.
  nlohmann::json coverage(const Plan& plan, const std::vector<CaseResult>& results,
                          const std::map<std::string, History>& histories) const;

 private:
  std::vector<int> wanted_instructions(const RegionSurvey& seen) const;

  Options options_;
  struct Region {
    std::string place;     // victim and instructions, whatever it was held for
    int reached = 0;       // of its instructions, or of its stores and the first
    std::string unseen{};  // why none of what is wanted was seen there
  };

  std::map<std::string, Region> regions_;  // by series
  std::set<std::string> known_;            // ids of cases
  int left_out_ = 0;                       // instructions, since so many were not asked for
  int unbroken_ = 0;  // instructions that are several, inside of which nothing was struck
};

}  // namespace harness

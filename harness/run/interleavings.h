// Interleavings: from one run in which the tasks of a case take turns to many in which they take them
// otherwise, drawn from a seed. Pure; starts nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/case.h"
#include "core/event.h"
#include "core/finding.h"

namespace harness {

class Interleavings {
 public:
  struct Options {
    int schedules = 0;          // of each case at most so many, the scenario's own order among them
    uint64_t seed = 1;          // the same seed, the same schedules
    bool keeps_faults = false;  // of each planned case, with its faults; else of each variant without a fault
  };

  explicit Interleavings(Options options) : options_(options) {}

  // The planned case with its tasks in the order of its roles: it shows how many turns there are. Of what is
  // expected to fail a pass says nothing here, since an order alone may not bring it out.
  Case recording(const Case& planned) const;

  // The other schedules of a recording; none of any other case.
  std::vector<Case> next(const Case& one, const History& history);

  // What was asked for and what came of it. Schema: reports/schemas/report.schema.json, exploration.
  nlohmann::json coverage(const Plan& plan, const std::vector<CaseResult>& results) const;

 private:
  Options options_;
  std::map<std::string, int> turns_;  // by recording: how many it took
};

// The case with this schedule in place of its own; its id ends with it.
Case with_schedule(const Case& one, const Schedule& schedule);

// The id of a case without its schedule.
std::string id_without_schedule(const std::string& id);

// The case with this id, if it is a planned one, or that without its fault, under a schedule of its tasks.
std::optional<Case> scheduled_case(const Case& planned, const std::string& id);

// The nth schedule of these tasks from a seed: an order of all of them, and up to three changes of it in so
// many turns.
Schedule drawn_schedule(const std::vector<std::string>& tasks, int turns, uint64_t seed, int nth);

}  // namespace harness

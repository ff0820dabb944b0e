// Exploration: from what roles were seen to meet to the cases that strike there, each once. Pure; starts
// nothing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/case.h"
#include "core/event.h"
#include "core/finding.h"

namespace harness {

// At what kind of points: --every.
enum class Every { syscall, probe };

// A point that a role was seen to meet, with each arrival there and, of a call that moves bytes, how many
// were asked for.
struct MetPoint {
  std::string role;
  InjectionPoint point;
  std::string kind;  // of the descriptor; "" where the call has none
  bool is_nonblocking = false;
  bool is_edge_triggered = false;
  std::vector<std::string> caught;  // signals for which the case has a handler
  std::vector<int> arrivals;
  std::vector<uint64_t> asked;  // as many as arrivals, or none
};

// In the order in which they were first met. Of probes also those are points at which nobody parks.
std::vector<MetPoint> points_met(const Case& plan, const History& history, Every every);

// Whatever can become of the point's ith arrival, and is real: kill at every point; at the entry of a call
// each error that the world can give there, once and, where it lasts, from then on; transfers of 1 byte, of
// half and of all but one; an interruption, where a handler is there to interrupt it.
std::vector<Fault> legal_faults(const MetPoint& met, size_t i);

class Exploration {
 public:
  struct Options {
    Every every = Every::syscall;
    std::vector<std::string> victims;  // roles, or instances; empty: all
    int arrivals = 0;  // of each point at most so many, evenly spread, the first and the last among them
  };

  explicit Exploration(Options options) : options_(std::move(options)) {}

  // The case that records what its roles meet: the planned one, without its faults.
  Case recording(const Case& planned) const;

  // The cases for all that has not been met before. `one` is a recording, or a case that came from here.
  std::vector<Case> next(const Case& one, const History& history);

  // What was asked for and what came of it, once all is judged: points, pairs of point and fault, and of the
  // pairs that never struck, and of the single cases of others that did not, the reason. Schema:
  // reports/schemas/report.schema.json, exploration.
  nlohmann::json coverage(const Plan& plan, const std::vector<CaseResult>& results,
                          const std::map<std::string, History>& histories) const;

 private:
  struct Came {  // of a case
    bool has_struck = false;
    bool is_excused = false;  // it was to interrupt a call that never waited
    std::string reason;       // why it did not strike
  };

  struct Pair {          // a fault at a point, whichever arrival
    std::string call;    // of a point at a system call's entry: its name
    std::string action;  // without its argument where that is a length
    int cases = 0;
    int fired = 0;
    std::string reason;  // of the last that did not strike
    nlohmann::json missed = nlohmann::json::array();
    bool is_only_unblocked = true;  // each that did not strike was to interrupt a call that never waited
  };

  std::vector<size_t> wanted_arrivals(const MetPoint& met) const;
  static nlohmann::json by_action(const std::map<std::string, Pair>& pairs);
  static Came came_of(const Case& one, const CaseResult* result, const History* history);

  Options options_;
  std::map<std::string, std::string> known_;     // by a case's id: its pair
  std::map<std::string, std::set<int>> points_;  // by scenario/target/variant/role@point: its arrivals
  int left_out_ = 0;                             // arrivals, since so many were not asked for
};

// The id of the case with this fault, after those that its recording has.
std::string explored_id(const Case& recording, const std::vector<Fault>& faults);

}  // namespace harness

// Sweep: the death of a program at every instruction of a region, and what a survivor finds each time.
//
// The program is run to where the region begins (origin.h). One copy of it walks through the region and is
// looked at before each instruction: what others can see of its death is what lies in the shared memory and
// in the head of its robust list, so that states in which these are the same are one. Each distinct state is
// met by a true kill: another copy runs to that instruction and is killed there by SIGKILL. And by a stand-in
// (stand_in.h), where that is sound, for each state or each distinct one: it is ten times as fast, and has to
// come to the same.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/verdict.h"
#include "sweep/origin.h"
#include "sweep/survivor.h"

namespace harness {

struct SweepOrder {
  OriginOrder origin;
  bool merge = true;           // of states that are the same, one death will do
  bool stand_ins = true;       // false: true kills alone
  bool fast_recording = true;  // fast_recording.h, where it can be had
  bool true_kills = true;      // false: stand-ins alone, for measuring
  int repeats = 1;             // how often the whole is done, from the recording on
};

// Successive states with the same outcome.
struct Window {
  uint64_t first = 0;  // counted from 1: the state before the first instruction
  uint64_t last = 0;
  Outcome outcome = Outcome::free;
  uint64_t address = 0;  // of the first one's instruction
  std::string code;      // the same, for people
};

// A state at which a true kill and a stand-in did not come to the same, or a copy not to the state that was
// recorded.
struct Disagreement {
  uint64_t state = 0;
  std::string what;
};

struct SweptLock {
  Lock lock;
  std::string where;
};

struct SweepReport {
  Verdict verdict = Verdict::inconclusive;
  std::vector<std::string> reasons;       // of a verdict other than pass
  std::vector<std::string> no_stand_ins;  // why there are none
  std::string stepped;                    // why stand-ins were recorded step by step; "" when they were not
  std::vector<SweptLock> locks;
  uint64_t instructions = 0;
  uint64_t states = 0;    // one more than instructions, where the region ends by a return
  uint64_t distinct = 0;  // of these
  std::array<uint64_t, kOutcomes> states_by_outcome{};
  std::array<uint64_t, kOutcomes> distinct_by_outcome{};
  std::vector<Window> windows;
  uint64_t stand_ins = 0;  // deaths of each kind, over all repeats
  uint64_t true_kills = 0;
  uint64_t lodgers = 0;     // of the true kills: those of a process in the original's own memory
  std::string no_lodgers;   // why there are none where there could be; "" when that is not so
  uint64_t swept = 0;       // states that were judged by stand-ins, themselves or by the one that is the same
  int64_t stand_in_ns = 0;  // recording, dying and judging
  int64_t true_kill_ns = 0;
  std::vector<Disagreement> differences;
};

// Must be called in a process of its own, which is process 1 of its sandbox where there is one: the
// survivor's. Blame: as of Origin::start; unavailable on processors other than x86-64.
Result<SweepReport> sweep(const SweepOrder& order);

}  // namespace harness

// Litmus: small races with a known answer, which tell what weak memory order a machine can show at all.
//
// A run that stays green on a machine where a reordering never appears proves nothing about code that such a
// reordering would break; and one machine shows what no machine may (QEMU's parallel TCG lets a load pass an
// earlier store though both are sequentially consistent), which makes a red run suspect. So the counts belong
// to the evidence limits of every report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace harness {

struct LitmusCount {
  std::string name;         // "SB relaxed"
  bool is_allowed = false;  // by the C++ memory model: false makes any count a fault of the machine
  int64_t rounds = 0;       // run
  int64_t weak = 0;         // that ended in the outcome which sequential consistency forbids
};

// How much is done of each test, at most.
struct LitmusExtent {
  int64_t rounds = 1024;         // what every worker spends before its first case
  int64_t limit_ns = 1'000'000;  // a millisecond
};

// For who asks for so many rounds: half a minute for each test is the longest.
constexpr LitmusExtent thorough_litmus(int64_t rounds) { return {rounds, 30'000'000'000}; }

// Runs each of the tests on two CPUs or up to four. Empty where there is only one CPU: what needs two
// processors at once cannot be seen there.
//   SB  store buffering: both threads miss the other's store
//   MP  message passing: the flag is seen, the message before it is not
//   LB  load buffering: both threads see the other's later store
//   2+2W  two threads write two places in opposite order: what each wrote first is what stays
//   IRIW  independent reads of independent writes: two readers see two writes in two orders
std::vector<LitmusCount> run_litmus(const LitmusExtent& extent);

// What the counts mean for a green and for a red run, as sentences; none for no counts.
std::vector<std::string> limits_from(const std::vector<LitmusCount>& counts, bool is_instrumented = false);

void to_json(nlohmann::json& json, const LitmusCount& value);
void from_json(const nlohmann::json& json, LitmusCount& value);

}  // namespace harness

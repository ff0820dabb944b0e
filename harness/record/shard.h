// Shard: a part of a run, for several machines at a time. A case belongs to the shard that its id falls to,
// so that parts need not know of each other; merged (record/merge.h) they are the whole run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "core/case.h"
#include "core/finding.h"

namespace harness {

struct Shard {
  int index = 1;  // 1…count
  int count = 1;
  std::string plan;            // the same for all shards of one plan, and for no other
  std::vector<int> positions;  // in the whole plan, of the cases that this shard has
  // What only the whole can judge: variants, as SCENARIO/TARGET/VARIANT, some of whose cases could not run.
  std::vector<std::string> cut;

  bool operator==(const Shard&) const = default;
};

// "3/16". Errors: usage.
Result<Shard> parse_shard(const std::string& text);
std::string to_string(const Shard& shard);

bool falls_to(const Shard& shard, std::string_view case_id);

// For Shard::plan.
std::string fingerprint_of(const Plan& plan);

// SCENARIO/TARGET/VARIANT.
std::string variant_id(const Case& one);

// A mutant that no case caught, or a known limit that none showed, where some of its cases are missing:
// nobody can say that it was missed. `cut` has the variants of which some are.
void expect_nothing_of_cut(Plan& plan, const std::vector<CaseResult>& results,
                           const std::vector<std::string>& cut, const std::string& why);

void to_json(nlohmann::json& json, const Shard& shard);
void from_json(const nlohmann::json& json, Shard& shard);

}  // namespace harness

#include "record/merge.h"

#include <algorithm>
#include <map>
#include <set>

namespace harness {
namespace {

template <typename T>
void add_missing(std::vector<T>& to, const std::vector<T>& more) {
  for (const T& one : more) {
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
  }
}

void add_target(std::vector<TargetInfo>& targets, const TargetInfo& more) {
  const auto known = std::find_if(targets.begin(), targets.end(),
                                  [&](const TargetInfo& target) { return target.id == more.id; });
  if (known == targets.end()) {
    targets.push_back(more);
    return;
  }
  add_missing(known->shows, more.shows);
  add_missing(known->cannot_show, more.cannot_show);
  add_missing(known->lost, more.lost);
  if (known->facts.empty()) known->facts = more.facts;
}

// Puts runs together, the worst result of each case.
class Merger {
 public:
  explicit Merger(RunInfo info) {
    merged_.info = std::move(info);
    merged_.info.targets.clear();
    merged_.complete = true;
  }

  // `rank` says where a case stands among all; those that have the same keep the order in which they come.
  void add(RunRecord run, const std::vector<int64_t>& ranks) {
    merged_.plan.seed = run.plan.seed;
    merged_.complete = merged_.complete && run.complete;
    merged_.info.started_at = std::min(merged_.info.started_at, run.info.started_at);
    for (const TargetInfo& target : run.info.targets) add_target(merged_.info.targets, target);
    add_missing(merged_.info.flaky, run.info.flaky);
    add_missing(merged_.plan.notes, run.plan.notes);
    for (size_t i = 0; i < run.plan.cases.size(); ++i) {
      if (ranks_.try_emplace(run.plan.cases[i].id, ranks[i]).second)
        merged_.plan.cases.push_back(std::move(run.plan.cases[i]));
    }
    for (CaseResult& result : run.results) add_result(std::move(result), run.histories);
    for (auto& [id, history] : run.histories) merged_.histories.try_emplace(id, std::move(history));
  }

  RunRecord& merged() { return merged_; }

  RunRecord take() {
    std::stable_sort(merged_.plan.cases.begin(), merged_.plan.cases.end(),
                     [&](const Case& a, const Case& b) { return ranks_.at(a.id) < ranks_.at(b.id); });
    std::stable_sort(merged_.results.begin(), merged_.results.end(),
                     [&](const CaseResult& a, const CaseResult& b) { return rank_of(a) < rank_of(b); });
    return std::move(merged_);
  }

 private:
  int64_t rank_of(const CaseResult& result) const {
    const auto rank = ranks_.find(result.id);
    return rank == ranks_.end() ? 0 : rank->second;
  }

  void add_result(CaseResult result, std::map<std::string, History>& histories) {
    const auto [known, is_new] = results_.try_emplace(result.id, merged_.results.size());
    if (is_new) {
      merged_.results.push_back(std::move(result));
      return;
    }
    CaseResult& kept = merged_.results[known->second];
    if (kept.verdict != result.verdict) add_missing(merged_.info.flaky, {result.id});
    // That it was as expected weighs more than how it came out: of a mutant, a failure is the better result.
    const auto badness = [](const CaseResult& one) { return std::pair(!one.as_expected, one.verdict); };
    if (badness(result) <= badness(kept)) return;
    if (const auto history = histories.find(result.id); history != histories.end())
      merged_.histories[result.id] = std::move(history->second);
    kept = std::move(result);
  }

  RunRecord merged_;
  std::map<std::string, int64_t> ranks_;
  std::map<std::string, size_t> results_;
};

// A shard that was killed still has all cases of the plan, as it began.
void keep_own_cases(RunRecord& run) {
  Shard& shard = *run.info.shard;
  if (shard.positions.size() == run.plan.cases.size()) return;
  std::vector<Case> own;
  shard.positions.clear();
  for (size_t i = 0; i < run.plan.cases.size(); ++i) {
    if (!falls_to(shard, run.plan.cases[i].id)) continue;
    own.push_back(std::move(run.plan.cases[i]));
    shard.positions.push_back(static_cast<int>(i));
  }
  run.plan.cases = std::move(own);
  run.complete = false;
}

std::vector<std::string> all_variants(const Plan& plan) {
  std::set<std::string> variants;
  for (const Case& one : plan.cases) variants.insert(variant_id(one));
  return {variants.begin(), variants.end()};
}

// All shards that there are of one plan.
RunRecord merge_shards(std::vector<RunRecord> shards) {
  Merger merger(shards.front().info);
  std::vector<std::string> cut;
  std::set<int> missing;
  for (int i = 1; i <= shards.front().info.shard->count; ++i) missing.insert(i);
  for (RunRecord& run : shards) {
    keep_own_cases(run);
    const Shard shard = *run.info.shard;
    missing.erase(shard.index);
    add_missing(cut, shard.cut);
    merger.add(std::move(run), {shard.positions.begin(), shard.positions.end()});
  }
  RunRecord whole = merger.take();
  const int count = whole.info.shard->count;
  whole.info.shard.reset();
  expect_nothing_of_cut(whole.plan, whole.results, cut, "not all of its cases can run here");
  for (const int index : missing) {
    whole.complete = false;
    whole.plan.notes.push_back("shard " + std::to_string(index) + "/" + std::to_string(count) +
                               " is not among the merged runs");
  }
  if (!whole.complete)
    expect_nothing_of_cut(whole.plan, whole.results, all_variants(whole.plan),
                          "not all of its cases are here");
  return whole;
}

// Runs that are whole, in the order of their first shard.
std::vector<RunRecord> without_shards(std::vector<RunRecord> runs) {
  std::vector<std::vector<RunRecord>> groups;
  std::map<std::pair<std::string, int>, size_t> group_of;
  for (RunRecord& run : runs) {
    const bool is_whole = !run.info.shard;
    const auto key = is_whole ? std::pair(std::string(), static_cast<int>(groups.size()))
                              : std::pair(run.info.shard->plan, run.info.shard->count);
    const auto [group, is_new] = group_of.try_emplace(key, groups.size());
    if (is_new) groups.emplace_back();
    groups[group->second].push_back(std::move(run));
  }
  std::vector<RunRecord> whole;
  for (std::vector<RunRecord>& group : groups) {
    if (group.front().info.shard) {
      whole.push_back(merge_shards(std::move(group)));
    } else {
      whole.push_back(std::move(group.front()));
    }
  }
  return whole;
}

}  // namespace

RunRecord merge_runs(std::vector<RunRecord> runs) {
  std::vector<RunRecord> whole = without_shards(std::move(runs));
  if (whole.size() == 1) return std::move(whole.front());
  Merger merger(whole.front().info);
  int64_t rank = 0;
  for (RunRecord& run : whole) {
    std::vector<int64_t> ranks;
    for (size_t i = 0; i < run.plan.cases.size(); ++i) ranks.push_back(rank++);
    merger.add(std::move(run), ranks);
  }
  return merger.take();
}

}  // namespace harness

#include "record/merge.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

const Expectation kFail{.outcome = Expectation::Outcome::fail, .checker = "progress"};

// A run of ten cases of a mutant, of which only the seventh shows its mistake.
RunRecord whole_run() {
  RunRecord run;
  run.complete = true;
  run.info.targets = {{.id = "native", .lost = {"a"}}};
  for (int i = 0; i < 10; ++i) {
    Case one{.scenario = "s", .target = "native", .variant = "m", .mutant = true, .expected = kFail};
    one.id = "s/native/m/owner@probe:p" + std::to_string(i) + "=kill";
    CaseResult result{.id = one.id, .as_expected = true};
    if (i == 7) {
      result.verdict = Verdict::fail;
      result.findings = {{.checker = "progress", .verdict = Verdict::fail}};
    }
    run.histories[one.id] = {{.kind = EventKind::note, .name = std::to_string(i)}};
    run.plan.cases.push_back(one);
    run.results.push_back(result);
  }
  return run;
}

// What a machine makes of it that has one of the shards.
RunRecord shard_of(const RunRecord& whole, int index, int count) {
  Shard shard{.index = index, .count = count, .plan = fingerprint_of(whole.plan)};
  RunRecord part = whole;
  part.plan.cases.clear();
  part.results.clear();
  for (size_t i = 0; i < whole.plan.cases.size(); ++i) {
    if (!falls_to(shard, whole.plan.cases[i].id)) continue;
    part.plan.cases.push_back(whole.plan.cases[i]);
    part.results.push_back(whole.results[i]);
    shard.positions.push_back(static_cast<int>(i));
  }
  part.info.shard = shard;
  return part;
}

std::vector<RunRecord> shards_of(const RunRecord& whole, int count) {
  std::vector<RunRecord> shards;
  for (int i = count; i >= 1; --i) shards.push_back(shard_of(whole, i, count));
  return shards;
}

std::vector<std::string> ids(const RunRecord& run) {
  std::vector<std::string> words;
  for (const Case& one : run.plan.cases) words.push_back(one.id);
  return words;
}

std::vector<std::string> verdicts(const RunRecord& run) {
  std::vector<std::string> words;
  for (const CaseResult& one : run.results)
    words.push_back(one.id + " " + std::string(to_string(one.verdict)));
  return words;
}

BOOST_AUTO_TEST_SUITE(merge)

BOOST_AUTO_TEST_CASE(every_case_falls_to_one_shard_and_no_shard_has_them_all) {
  const RunRecord whole = whole_run();
  size_t sum = 0;
  for (const RunRecord& shard : shards_of(whole, 3)) {
    BOOST_TEST(shard.plan.cases.size() < whole.plan.cases.size());
    sum += shard.plan.cases.size();
  }
  BOOST_TEST(sum == whole.plan.cases.size());
}

BOOST_AUTO_TEST_CASE(a_shard_is_one_of_how_many) {
  BOOST_TEST(to_string(*parse_shard("3/16")) == "3/16");
  for (const char* wrong : {"0/4", "5/4", "1", "/4", "1/", "a/b", "1/4x", "-1/4"})
    BOOST_TEST(!parse_shard(wrong).ok());
}

BOOST_AUTO_TEST_CASE(shards_merged_are_the_whole_run_in_its_order) {
  const RunRecord whole = whole_run();
  const RunRecord merged = merge_runs(shards_of(whole, 3));
  BOOST_TEST(ids(merged) == ids(whole), boost::test_tools::per_element());
  BOOST_TEST(verdicts(merged) == verdicts(whole), boost::test_tools::per_element());
  BOOST_TEST(merged.histories.size() == 10U);
  BOOST_TEST(merged.complete);
  BOOST_TEST(!merged.info.shard.has_value());
  BOOST_TEST(merged.info.targets.size() == 1U);
}

BOOST_AUTO_TEST_CASE(without_one_shard_the_merge_is_not_complete_and_misses_no_mutant) {
  std::vector<RunRecord> shards = shards_of(whole_run(), 3);
  std::erase_if(shards, [](const RunRecord& shard) {
    for (const CaseResult& result : shard.results) {
      if (result.verdict == Verdict::fail) return true;
    }
    return false;
  });
  const RunRecord merged = merge_runs(shards);
  BOOST_TEST(!merged.complete);
  BOOST_TEST(merged.plan.notes.size() == 1U);
  BOOST_TEST(to_string(merged.plan.cases[0].expected) == "not to be shown");
}

BOOST_AUTO_TEST_CASE(a_mutant_of_which_cases_cannot_run_is_missed_by_the_whole_alone) {
  const RunRecord whole = whole_run();
  std::vector<RunRecord> shards = shards_of(whole, 3);
  shards[0].info.shard->cut = {"s/native/m"};
  BOOST_TEST(to_string(merge_runs(shards).plan.cases[0].expected) == "fail: progress");
  for (RunRecord& shard : shards) {
    for (CaseResult& result : shard.results) result.verdict = Verdict::pass;
  }
  BOOST_TEST(to_string(merge_runs(shards).plan.cases[0].expected) == "not to be shown");
}

BOOST_AUTO_TEST_CASE(a_shard_that_was_killed_is_told_by_its_plan) {
  const RunRecord whole = whole_run();
  std::vector<RunRecord> shards = shards_of(whole, 2);
  shards[0].plan.cases = whole.plan.cases;
  shards[0].info.shard->positions.clear();
  shards[0].results.clear();
  shards[0].complete = false;
  const RunRecord merged = merge_runs(shards);
  BOOST_TEST(ids(merged) == ids(whole), boost::test_tools::per_element());
  BOOST_TEST(!merged.complete);
}

BOOST_AUTO_TEST_CASE(a_case_that_two_runs_have_keeps_its_failure) {
  RunRecord failed = whole_run();
  for (RunRecord* run : {&failed}) {
    for (Case& one : run->plan.cases) one.expected = {};
  }
  RunRecord passed = failed;
  failed.results[7].as_expected = false;
  failed.histories[failed.results[7].id][0].name = "the failure";
  passed.results[7] = {.id = failed.results[7].id, .as_expected = true};
  for (const auto& runs : {std::vector{failed, passed}, std::vector{passed, failed}}) {
    const RunRecord merged = merge_runs(runs);
    BOOST_TEST(merged.results.size() == 10U);
    BOOST_TEST((merged.results[7].verdict == Verdict::fail));
    BOOST_TEST(merged.histories.at(failed.results[7].id)[0].name == "the failure");
    BOOST_TEST(merged.info.flaky == std::vector{failed.results[7].id}, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(runs_of_several_targets_stand_side_by_side) {
  const RunRecord here = whole_run();
  RunRecord there = here;
  there.histories.clear();
  there.info.targets[0].id = "asan";
  for (size_t i = 0; i < there.plan.cases.size(); ++i) {
    there.plan.cases[i].target = "asan";
    there.plan.cases[i].id = there.results[i].id = "s/asan/m/" + std::to_string(i);
  }
  const RunRecord merged = merge_runs({here, there});
  BOOST_TEST(merged.results.size() == 20U);
  BOOST_TEST(merged.info.targets.size() == 2U);
  BOOST_TEST(merged.plan.cases.back().target == "asan");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

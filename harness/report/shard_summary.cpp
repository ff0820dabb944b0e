#include "report/shard_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/replay_line.h"
#include "report/wording.h"

namespace harness {
namespace {

std::string surprise(const Case& planned, const CaseResult& result) {
  const std::string_view mark = result.verdict == Verdict::fail ? "SURPRISE" : "INCONCLUSIVE";
  std::string text = fmt::format("{}  {}\n", mark, planned.id);
  for (const Finding& finding : result.findings)
    text += fmt::format("  {}: {}\n", finding.checker, printable(finding.message));
  return text + fmt::format("  replay  {}\n", replay_line(planned));
}

}  // namespace

std::string shard_summary(const RunRecord& record) {
  const Shard& shard = *record.info.shard;
  const auto count = [&](auto has) {
    return std::count_if(record.results.begin(), record.results.end(), has);
  };
  std::string text = fmt::format(
      "shard {}  {} · {} as expected, judged one by one: whether mutants are caught, the whole run tells\n",
      to_string(shard), counted(static_cast<int64_t>(record.results.size()), "case"),
      count([](const CaseResult& result) { return result.as_expected; }));
  for (const CaseResult& result : record.results) {
    if (result.as_expected) continue;
    const auto planned = std::find_if(record.plan.cases.begin(), record.plan.cases.end(),
                                      [&](const Case& one) { return one.id == result.id; });
    if (planned != record.plan.cases.end()) text += surprise(*planned, result);
  }
  for (const std::string& note : record.plan.notes) text += "left out: " + printable(note) + "\n";
  if (!record.complete)
    text += fmt::format("the shard was cut short: {} of {} have a verdict\n", record.results.size(),
                        counted(static_cast<int64_t>(record.plan.cases.size()), "case"));
  return text + fmt::format("record: {}; with all {} shards: harness report merge DIR… --out DIR\n",
                            record.directory, shard.count);
}

}  // namespace harness

#include "report/schedules.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/replay_line.h"
#include "report/wording.h"

namespace harness {

namespace {

std::string line_of(const Plan& plan, const std::string& id) {
  const auto one =
      std::find_if(plan.cases.begin(), plan.cases.end(), [&](const Case& other) { return other.id == id; });
  return one == plan.cases.end() ? "" : replay_line(*one);
}

}  // namespace

std::string schedules_told(const RunRecord& record) {
  const nlohmann::json& exploration = record.plan.exploration;
  if (!exploration.is_object() || !exploration.contains("schedules")) return "";
  int run = 0;
  int planned = 0;
  int most_turns = 0;
  std::string failed;
  for (const auto& one : exploration.at("schedules")) {
    run += one.at("run").get<int>();
    planned += one.at("planned").get<int>();
    most_turns = std::max(most_turns, one.at("turns").get<int>());
    if (one.at("failed") == 0) continue;
    failed += fmt::format("  {}: failed under {} of {}\n    replay  {}\n",
                          printable(one.at("case").get<std::string>()), one.at("failed").get<int>(),
                          one.at("run").get<int>(), line_of(record.plan, one.at("first_failed")));
  }
  std::string text = fmt::format("schedules  {} of {} · up to {}", counted(run, "schedule"),
                                 counted(static_cast<int64_t>(exploration.at("schedules").size()), "case"),
                                 counted(most_turns, "turn"));
  if (run < planned) text += fmt::format(" · {} not run", planned - run);
  return text + fmt::format(" · seed {}\n", exploration.at("seed").get<uint64_t>()) + failed;
}

}  // namespace harness

#include "report/instruction_windows.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/replay_line.h"
#include "report/wording.h"

namespace harness {
namespace {

using Json = nlohmann::json;

std::string span_of(const Json& window) {
  const uint64_t first = window.at("first");
  const uint64_t last = window.at("last");
  return first == last ? std::to_string(first) : fmt::format("{}..{}", first, last);
}

// "1..66 free, 67..190 EOWNERDEAD, 191..204 free"
std::string outcomes_of(const Json& sweep) {
  std::string text;
  for (const Json& window : sweep.at("windows"))
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", span_of(window),
                        window.at("outcome").get<std::string>());
  return text;
}

std::string deaths_of(const Json& sweep) {
  const uint64_t stand_ins = sweep.at("deaths").at("stand_ins");
  const uint64_t kills = sweep.at("deaths").at("true_kills");
  if (stand_ins == 0) return fmt::format("{} true kills", kills);
  return fmt::format("{} stand-ins and {} true kills{}", stand_ins, kills,
                     sweep.at("differences").empty() ? " that came to the same" : " that DIFFER");
}

std::string sweep_line(const Json& sweep) {
  const Json& what = sweep.at("sweep");
  return fmt::format("swept     {}: {} states, {} distinct, {}: {}\n",
                     printable(sweep.at("case").get<std::string>()), what.at("states").get<uint64_t>(),
                     what.at("distinct").get<uint64_t>(), deaths_of(what), outcomes_of(what));
}

std::string replay_of(const RunRecord& record, const std::string& id) {
  const auto& cases = record.plan.cases;
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const Case& one) { return one.id == id; });
  return found == cases.end() ? "" : replay_line(*found);
}

std::string window_line(const RunRecord& record, const Json& window) {
  return fmt::format("window    {}/{}/{}/{} at {}: {} by {}\n  replay  {}\n",
                     window.at("scenario").get<std::string>(), window.at("target").get<std::string>(),
                     window.at("variant").get<std::string>(), window.at("fault").get<std::string>(),
                     span_of(window), window.at("verdict").get<std::string>(),
                     window.at("by").get<std::string>(), replay_of(record, window.at("case")));
}

}  // namespace

std::string instruction_windows(const RunRecord& record, size_t most) {
  const Json& exploration = record.plan.exploration;
  if (!exploration.is_object() || !exploration.contains("windows")) return "";
  std::string text;
  for (const Json& sweep : exploration.value("sweeps", Json::array())) text += sweep_line(sweep);
  size_t told = 0;
  for (const Json& window : exploration.at("windows")) {
    if (window.at("verdict") == "pass" || ++told > most) continue;
    text += window_line(record, window);
  }
  if (told > most) text += fmt::format("window    {} more, see report.json\n", told - most);
  return text;
}

}  // namespace harness

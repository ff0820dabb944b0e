#include "report/exploration_words.h"

#include <fmt/format.h>

#include "report/instruction_windows.h"
#include "report/schedules.h"
#include "report/wording.h"
#include "run/supervisor.h"

namespace harness {
namespace {

constexpr size_t kMostIds = 5;
constexpr size_t kMostNotes = 8;

constexpr std::string_view kDim = "2";

// Cases that did not strike for no reason that an exploration has to reckon with.
std::string missed(const nlohmann::json& exploration, const TerminalStyle& style) {
  std::string text;
  size_t told = 0;
  for (const auto& one : exploration.value("missed", nlohmann::json::array())) {
    if (one.at("excused") || ++told > kMostNotes) continue;
    const std::string line = fmt::format("did not strike: {}: {}", one.at("case").get<std::string>(),
                                         one.at("reason").get<std::string>());
    text += painted(wrapped(printable(line), style.width, 2, 0), kDim, style) + "\n";
  }
  if (told > kMostNotes) text += fmt::format("did not strike: {} more, see report.json\n", told - kMostNotes);
  return text;
}

// Cases that came to something else when they were run twice.
std::string diverged(const nlohmann::json& exploration, const TerminalStyle& style) {
  if (!exploration.contains("divergence")) return "";
  const auto& divergence = exploration.at("divergence");
  std::string text =
      fmt::format("run twice  {} · {} diverged\n", counted(divergence.at("compared").get<int64_t>(), "case"),
                  divergence.at("diverged").size());
  size_t told = 0;
  for (const auto& one : divergence.at("diverged")) {
    if (++told > kMostIds) break;
    const std::string role = one.at("role");
    const std::string line =
        fmt::format("diverged: {}: event {} of {}: {} | again: {}", one.at("case").get<std::string>(),
                    one.at("nth").get<int>(), role.empty() ? "the case" : role,
                    one.at("first").get<std::string>(), one.at("again").get<std::string>());
    text += wrapped(printable(line), style.width, 2, 0) + "\n";
  }
  return text;
}

// How much of what an exploration met it struck at, and what it did not.
std::string explored(const nlohmann::json& exploration, const TerminalStyle& style) {
  if (!exploration.contains("pairs")) return diverged(exploration, style);
  const auto& pairs = exploration.at("pairs");
  const auto& cases = exploration.at("cases");
  const int not_struck = cases.at("not_struck");
  const int not_run = cases.at("not_run");
  const int unreachable = pairs.value("unreachable", 0);
  std::string text =
      fmt::format("explored  {} · {} of {} legal point × fault pairs struck · {} struck, {} did not",
                  counted(exploration.at("points").at("reached"), "point"), pairs.at("fired").get<int>(),
                  pairs.at("legal").get<int>(),
                  counted(cases.at("planned").get<int>() - not_struck - not_run, "case"), not_struck);
  if (unreachable > 0) text += fmt::format(" · {} cannot be reached", counted(unreachable, "pair"));
  if (not_run > 0) text += fmt::format(" · {} not run", counted(not_run, "case"));
  const int left_out = exploration.at("arrivals").at("left_out");
  if (left_out > 0) text += fmt::format(" · {} left out", counted(left_out, "arrival"));
  text += "\n";
  if (const int unbroken = exploration.at("arrivals").value("unbroken", 0); unbroken > 0) {
    const std::string line = fmt::format(
        "unbroken  {} of load-exclusive and store-exclusive counted as one instruction each: no death inside "
        "was tried, since who is stopped there loses its reservation",
        counted(unbroken, "sequence"));
    text += wrapped(line, style.width, 10, 0) + "\n";
  }
  size_t told = 0;
  for (const auto& pair : exploration.at("unfired")) {
    const bool is_for_others = pair.at("reason") == kNotRun || pair.at("reason") == kHeldInVain;
    if (is_for_others || ++told > kMostNotes) continue;
    const std::string line = fmt::format("never struck: {}: {}", pair.at("pair").get<std::string>(),
                                         pair.at("reason").get<std::string>());
    text += painted(wrapped(printable(line), style.width, 2, 0), kDim, style) + "\n";
  }
  if (told > kMostNotes) text += fmt::format("never struck: {} more, see report.json\n", told - kMostNotes);
  return text + missed(exploration, style) + diverged(exploration, style);
}

}  // namespace

std::string exploration_words(const RunRecord& record, const TerminalStyle& style) {
  return schedules_told(record) + explored(record.plan.exploration, style) +
         instruction_windows(record, kMostNotes);
}

}  // namespace harness

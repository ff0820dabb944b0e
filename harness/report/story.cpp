#include "report/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include "report/sentence.h"
#include "report/wording.h"

namespace harness {
namespace {

// More than this is a log, not a story: the middle is left out, and history.jsonl has it.
constexpr size_t kMostEvents = 24;

std::set<int> evidence_of(const CaseResult& result) {
  std::set<int> evidence;
  for (const Finding& finding : result.findings)
    evidence.insert(finding.events.begin(), finding.events.end());
  return evidence;
}

bool is_turning_point(EventKind kind) {
  switch (kind) {
    case EventKind::fault:
    case EventKind::resumed:
    case EventKind::ended:
    case EventKind::deadlock:
    case EventKind::deadline:
    case EventKind::blocked:
    case EventKind::residue:
    case EventKind::lost:
    case EventKind::closed:
    case EventKind::kept:
    case EventKind::busy:
    case EventKind::turn:
      return true;
    default:
      return false;
  }
}

bool is_told_by_the_subject(EventKind kind) {
  return kind == EventKind::reached || kind == EventKind::invoke || kind == EventKind::ok ||
         kind == EventKind::fail || kind == EventKind::info;
}

// What the victim did last before the fault: the story of a crash begins there.
void add_what_led_to(size_t fault, const History& history, std::set<size_t>& chosen) {
  int wanted = 2;
  for (size_t i = fault; i-- > 0 && wanted > 0;) {
    if (history[i].role != history[fault].role || !is_told_by_the_subject(history[i].kind)) continue;
    chosen.insert(i);
    --wanted;
  }
}

// A history may hold only a part of its events, so evidence is found by an event's index, not by its place.
std::set<size_t> events_that_matter(const History& history, const std::set<int>& evidence) {
  std::set<size_t> chosen;
  bool is_cleaning_up = false;  // after a deadlock or deadline the harness kills what is left: no news
  for (size_t i = 0; i < history.size(); ++i) {
    const EventKind kind = history[i].kind;
    const bool is_clean_up = is_cleaning_up && kind == EventKind::ended;
    if (evidence.contains(history[i].index) || (is_turning_point(kind) && !is_clean_up)) chosen.insert(i);
    if (kind == EventKind::fault) add_what_led_to(i, history, chosen);
    is_cleaning_up = is_cleaning_up || kind == EventKind::deadlock || kind == EventKind::deadline ||
                     kind == EventKind::busy;
  }
  return chosen;
}

size_t widest_role(const History& history, const std::set<size_t>& chosen) {
  size_t widest = 0;
  for (const size_t i : chosen) widest = std::max(widest, who(history[i]).size());
  return widest;
}

std::string event_lines(const History& history, const std::set<int>& evidence, const TerminalStyle& style) {
  const std::set<size_t> chosen = events_that_matter(history, evidence);
  const size_t role_width = widest_role(history, chosen);
  const size_t hidden = chosen.size() > kMostEvents ? chosen.size() - kMostEvents : 0;
  std::string text;
  size_t position = 0;
  for (const size_t i : chosen) {
    const bool is_hidden = position >= kMostEvents / 2 && position < kMostEvents / 2 + hidden;
    if (is_hidden && position == kMostEvents / 2)
      text +=
          fmt::format("       … {} in history.jsonl\n", counted(static_cast<int64_t>(hidden), "more event"));
    ++position;
    if (is_hidden) continue;
    const bool is_evidence = evidence.contains(history[i].index);
    const std::string start = fmt::format("  {} {:>12}  {:<{}}  ", is_evidence ? ">" : " ",
                                          clock_words(history[i].time_ns), who(history[i]), role_width);
    const int column = static_cast<int>(19 + role_width);
    text += painted(start, is_evidence ? "1" : "2", style);
    text += wrapped(what_happened(history[i]), style.width, column, column) + "\n";
  }
  return text;
}

std::string finding_line(const Finding& finding, const TerminalStyle& style) {
  std::string text = finding.checker;
  if (finding.verdict == Verdict::inconclusive) text += " is inconclusive";
  if (finding.whose == Whose::platform) text += " (platform defect " + finding.defect + ")";
  if (finding.whose == Whose::emulator_suspect) text += " (seen only under emulation: suspect)";
  return "  " + wrapped(printable(text + ": " + finding.message), style.width, 4, 2) + "\n";
}

// What a model program wrote: a column for each thread, a line for each step. The line after it is for
// programs.
std::string trace_lines(const History& history) {
  std::string lines;
  for (const Event& event : history) {
    if (event.kind != EventKind::output || event.name != "stdout") continue;
    std::istringstream text(event.data.value("text", ""));
    for (std::string line; std::getline(text, line) && !line.starts_with("{\"model\"");)
      lines += "  " + printable(line) + "\n";
  }
  return lines;
}

std::string_view colour_of(Verdict verdict) {
  return verdict == Verdict::pass ? "32" : verdict == Verdict::fail ? "31" : "33";
}

}  // namespace

std::string painted(const std::string& text, std::string_view ansi, const TerminalStyle& style) {
  return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", ansi, text) : text;
}

std::string case_story(const Case& plan, const History& history, const CaseResult& result,
                       const TerminalStyle& style) {
  const std::string verdict(to_string(result.verdict));
  std::string text = plan.id + ": " + painted(verdict, colour_of(result.verdict), style) + "\n";
  for (const Finding& finding : result.findings) text += finding_line(finding, style);
  if (history.empty()) return text + "  no event was recorded\n";
  if (const std::string trace = plan.mode == "model" ? trace_lines(history) : ""; !trace.empty())
    return text + trace;
  return text + event_lines(history, evidence_of(result), style);
}

}  // namespace harness

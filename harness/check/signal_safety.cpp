// signal_safety: no signal handler called a function that is not async-signal-safe. What a handler may call
// is listed in signal-safety(7); what is looked for is in probe/async_unsafe.inc.
//
// POSIX (System Interfaces, 2.4.3) leaves undefined what happens when a handler that interrupted an unsafe
// function calls one. A finding says which it interrupted; or that this time it was none of the list, so that
// this call was allowed, and the next signal may come elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "check/checker.h"
#include "check/findings.h"
#include "check/handler_report.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

std::string interrupted_words(const HandlerReport& report) {
  if (!report.interrupted.empty())
    return fmt::format("it interrupted {} at {}: undefined behaviour", report.interrupted, report.at);
  return fmt::format(
      "this time it interrupted no such function, at {}, which POSIX allows: the next signal may come "
      "elsewhere",
      report.at);
}

// What is further out than the callers that are told; "" where that is nothing of the handler.
std::string_view beyond(const std::string& stack) {
  if (stack == "longer") return ", and more calls further out";
  if (stack == "unreadable") return ", and what is further out is not known: no unwind data there";
  if (stack == "no-room") return ", and what is further out was not read: its alternate stack is nearly full";
  if (stack == "cut") return ", and what is further out is missing: the end of what was told is lost";
  return "";
}

// ", called by helper program.c:9, by print program.c:14"
std::string callers_words(const HandlerReport& report) {
  std::string words = report.callers.empty() ? "" : ", called";
  std::string_view separator = " ";
  for (const std::string& caller : report.callers)
    words += fmt::format("{}by {}", std::exchange(separator, ", "), caller);
  return words.append(beyond(report.stack));
}

std::string described(const std::string& role, const HandlerReport& report) {
  const std::string call = fmt::format("{} ({}) at {}", report.function, report.family, report.caller);
  const std::string handler =
      fmt::format("the handler of {} ({})", signal_name(report.signal), report.handler);
  if (report.kind == HandlerReport::Kind::jumped)
    return fmt::format("{} (process {}) calls {} after {} was left by a jump out of {}: undefined behaviour",
                       role, report.pid, call, handler, report.interrupted);
  return fmt::format("{} (process {}) calls {} in {}{}; {}", role, report.pid, call, handler,
                     callers_words(report), interrupted_words(report));
}

class SignalSafety : public Checker {
 public:
  std::string_view id() const override { return "signal_safety"; }
  std::string_view summary() const override {
    return "no signal handler called a function that is not async-signal-safe";
  }

  std::vector<std::string> watches() const override { return {"handlers"}; }

  std::vector<Finding> check(const Case&, const History& history, const nlohmann::json&) const override {
    std::vector<Finding> findings;
    std::set<std::string> told;  // function, caller and callers: of many processes of a role once
    bool has_run = false;
    for (const Event& event : history) {
      if (event.kind != EventKind::output || event.name != "handlers") continue;
      for (const HandlerReport& report : handler_reports(event.data.value("text", ""))) {
        has_run = true;
        if (report.kind == HandlerReport::Kind::ran) continue;
        if (!told.insert(event.role + report.function + report.caller + callers_words(report)).second)
          continue;
        findings.push_back(failure(described(event.role, report), {event.index}));
      }
    }
    if (!has_run)
      findings.push_back(nothing_to_judge(
          "no signal handler was seen to run (a program that is linked statically without the watch, or sets "
          "its handlers by a system call of its own, is not seen)"));
    return findings;
  }
};

const Registration<Checker> registration{std::make_unique<SignalSafety>()};

}  // namespace
}  // namespace harness

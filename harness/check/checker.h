// Checker: a pure function from (case, history) to findings with evidence. It never sees the OS.
#pragma once

#include <string_view>
#include <vector>

#include "base/registry.h"
#include "base/result.h"
#include "core/case.h"
#include "core/event.h"
#include "core/finding.h"
#include "core/scenario.h"

namespace harness {

class Checker {
 public:
  virtual ~Checker() = default;

  virtual std::string_view id() const = 0;

  // One line for `harness list`.
  virtual std::string_view summary() const = 0;

  // True when it judges operations that the program itself records (probe/probe.h). For a program that
  // records none such a checker is left out of the plan, by name, rather than being asked about nothing.
  virtual bool needs_operations() const { return false; }

  // The only mode of cases that it judges ("model", "sweep"); "" for all. Of others it says nothing.
  virtual std::string_view mode() const { return ""; }

  // What has to be recorded for it beyond the usual, since that costs time: "calls" (events `calls` and
  // `busy`), "descriptors".
  virtual std::vector<std::string> watches() const { return {}; }

  // Whether `options` (what the scenario file says beside the name) are understood; asked before anything
  // starts.
  virtual Status accepts(const nlohmann::json& options) const;

  // The roles that understood options name. One that the scenario does not have would else be found by nobody
  // who looks for it, and only at the end.
  virtual std::vector<std::string> roles_in(const nlohmann::json&) const { return {}; }

  // What is wrong in this history; nothing when all is right. A checker that found nothing to judge says so
  // with an inconclusive finding, so that silence always means that something was looked at.
  virtual std::vector<Finding> check(const Case& plan, const History& history,
                                     const nlohmann::json& options) const = 0;
};

using Checkers = Registry<Checker>;

// What options often are: [writer, reader].
bool is_list_of_names(const nlohmann::json& value);

// Whether a scenario with these roles may name this checker, and with these options. Errors: usage.
Status check_use(const CheckerUse& use, const std::vector<Role>& roles);

// Runs the checkers that the case names, and always fault_fired and sanitizer_clean. A checker that throws is
// inconclusive, never a pass.
CaseResult judge(const Case& plan, const History& history);

}  // namespace harness

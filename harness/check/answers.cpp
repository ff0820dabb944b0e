// answers: what the kernel answered at named moments is what the scenario says.
//
//     { answers: { room: 16, full: EAGAIN, interrupted: never } }
//
// A program tells each answer under a name, by harness_observe (probe/probe.h): a result, or an errno. A list
// means any one of its members; `never` means that nobody may tell it.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

constexpr std::string_view kNever = "never";

std::optional<int64_t> value_of(const nlohmann::json& wanted) {
  if (wanted.is_number_integer()) return wanted.get<int64_t>();
  if (!wanted.is_string()) return std::nullopt;
  const auto number = errno_number(wanted.get<std::string>());
  return number ? std::optional<int64_t>(*number) : std::nullopt;
}

bool is_never(const nlohmann::json& wanted) {
  return wanted.is_string() && wanted.get<std::string>() == kNever;
}

bool is_understood(const nlohmann::json& wanted) {
  if (is_never(wanted) || value_of(wanted)) return true;
  return wanted.is_array() && !wanted.empty() &&
         std::all_of(wanted.begin(), wanted.end(), [](const auto& one) { return value_of(one).has_value(); });
}

bool is_as_wanted(const nlohmann::json& wanted, int64_t told) {
  if (!wanted.is_array()) return value_of(wanted) == told;
  return std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) { return value_of(one) == told; });
}

std::string words_for(const nlohmann::json& wanted) {
  if (wanted.is_string()) return wanted.get<std::string>();
  if (!wanted.is_array()) return wanted.dump();
  std::string text;
  for (const auto& one : wanted) text += (text.empty() ? "" : " or ") + words_for(one);
  return text;
}

// An answer is told as a number; where an errno is wanted it is shown as one.
std::string words_for(int64_t told, const nlohmann::json& wanted) {
  const bool is_error = wanted.is_string() ||
                        (wanted.is_array() && std::any_of(wanted.begin(), wanted.end(),
                                                          [](const auto& one) { return one.is_string(); }));
  return is_error && told > 0 ? errno_name(told) : std::to_string(told);
}

void judge(const History& history, const std::string& name, const nlohmann::json& wanted,
           Findings& findings) {
  bool is_told = false;
  for (const Event& event : history) {
    if (event.index >= clean_up_begins(history)) break;
    if (event.kind != EventKind::observed || event.name != name) continue;
    is_told = true;
    if (is_never(wanted)) {
      findings.push_back(
          failure(fmt::format("{} told {} ({}), which should never come", event.role, name, event.value(0)),
                  {event.index}));
      return;
    }
    if (is_as_wanted(wanted, event.value(0))) continue;
    findings.push_back(failure(fmt::format("{}: {} was answered {}, and should be {}", event.role, name,
                                           words_for(event.value(0), wanted), words_for(wanted)),
                               {event.index}));
    return;
  }
  if (is_told || is_never(wanted)) return;
  findings.push_back(nothing_to_judge(fmt::format("nobody told {}", name)));
}

class Answers : public Checker {
 public:
  std::string_view id() const override { return "answers"; }
  std::string_view summary() const override {
    return "what calls answered at named moments is what the scenario says";
  }
  bool needs_operations() const override { return true; }

  Status accepts(const nlohmann::json& options) const override {
    const bool is_table =
        options.is_object() && !options.empty() && std::all_of(options.begin(), options.end(), is_understood);
    if (is_table) return done();
    return usage_error(
        "answers takes names with a number, an errno, a list of these, or never, as in "
        "{ answers: { full: EAGAIN } }");
  }

  Findings check(const Case&, const History& history, const nlohmann::json& options) const override {
    Findings findings;
    for (const auto& [name, wanted] : options.items()) judge(history, name, wanted, findings);
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<Answers>()};

}  // namespace
}  // namespace harness

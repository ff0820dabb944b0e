// fd_ledger: no descriptor is open where nobody means it to be: a link's end that survives an exec, both ends
// of a link in one process at its end, a passed descriptor that nobody ever has. { fd_ledger: { inherits: [3]
// } } names the numbers that a program started by exec is meant to get, and { fd_ledger: { closed_at_end:
// [writer] } } the roles that close their links before they end.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

constexpr int kLastStandard = 2;

struct Listed {
  int number = 0;
  std::string object;
  std::string kind;
  std::string access;
};

std::vector<Listed> listed_in(const Event& event) {
  std::vector<Listed> all;
  const auto list = event.data.find("list");
  if (list == event.data.end()) return all;
  for (const nlohmann::json& one : *list) {
    all.push_back({.number = one.value("number", -1),
                   .object = one.value("object", ""),
                   .kind = one.value("kind", ""),
                   .access = one.value("access", "")});
  }
  return all;
}

bool is_link(const Listed& one) {
  return one.kind == "pipe" || one.kind == "tcp" || one.kind.starts_with("unix");
}

std::set<int> meant(const nlohmann::json& options) {
  std::set<int> numbers;
  if (const auto inherits = options.find("inherits"); inherits != options.end()) {
    for (const nlohmann::json& number : *inherits) numbers.insert(number.get<int>());
  }
  return numbers;
}

// The role's own program gets what the harness gives it, so only what a child becomes is looked at.
void judge_exec(const History& history, const Event& event, const std::set<int>& meant, Findings& findings) {
  const Event* start = start_of(history, event.role);
  if (start && start->pid == event.pid) return;
  for (const Listed& one : listed_in(event)) {
    if (one.number <= kLastStandard || !is_link(one) || meant.count(one.number) != 0) continue;
    findings.push_back(failure(
        fmt::format(
            "a child of {} became another program with descriptor {} ({}) still open: it lacks FD_CLOEXEC",
            event.role, one.number, one.object),
        {event.index}));
    return;
  }
}

// A process that has both ends of a pipe waits for an end, or for a reader, that it keeps away itself.
void judge_both_ends(const Event& event, Findings& findings) {
  std::map<std::string, std::string> access;
  for (const Listed& one : listed_in(event)) {
    if (one.kind == "pipe" && one.number > kLastStandard) access[one.object] += one.access;
  }
  for (const auto& [object, all] : access) {
    const bool has_both = all.find('r') != std::string::npos && all.find('w') != std::string::npos;
    if (!has_both) continue;
    findings.push_back(failure(
        fmt::format("{} had both ends of {} open to its end: nobody else can learn by either that it is gone",
                    event.role, object),
        {event.index}));
  }
}

void judge_end(const Event& event, const nlohmann::json& options, Findings& findings) {
  const auto roles = options.find("closed_at_end");
  const bool is_meant =
      roles != options.end() && std::any_of(roles->begin(), roles->end(), [&](const auto& role) {
        return names_instance(role.template get<std::string>(), event.role);
      });
  if (!is_meant) return;
  for (const Listed& one : listed_in(event)) {
    if (one.number <= kLastStandard || !is_link(one)) continue;
    findings.push_back(failure(fmt::format("{} had descriptor {} ({}) open to its end, and never closed it",
                                           event.role, one.number, one.object),
                               {event.index}));
  }
}

// Sent, and the one that waited for it went on without having it.
void judge_flight(const History& history, Findings& findings) {
  const Event* sent = nullptr;
  const Event* wanted = nullptr;
  const Event* taken = nullptr;
  for (const Event& event : history) {
    if (event.index >= clean_up_begins(history)) break;
    if (event.kind != EventKind::reached) continue;
    if (event.name == "descriptor.sent") sent = &event;
    if (event.name == "descriptor.wanted") wanted = &event;
    if (event.name == "link.open" && wanted && event.role == wanted->role) taken = &event;
  }
  if (!sent || !wanted || taken || was_ended_by_fault(history, wanted->role)) return;
  findings.push_back(failure(fmt::format("the descriptor that {} passed was lost on its way: {} never had it",
                                         sent->role, wanted->role),
                             {sent->index, wanted->index}));
}

class FdLedger : public Checker {
 public:
  std::string_view id() const override { return "fd_ledger"; }
  std::string_view summary() const override {
    return "no link's end survives an exec, both ends are in no process, and no passed descriptor is lost";
  }
  std::vector<std::string> watches() const override { return {"descriptors"}; }

  Status accepts(const nlohmann::json& options) const override {
    if (options.is_null() || options.empty()) return done();
    for (const auto& [key, list] : options.items()) {
      const bool is_known =
          (key == "inherits" && list.is_array()) || (key == "closed_at_end" && is_list_of_names(list));
      if (!is_known)
        return usage_error(
            "fd_ledger takes lists, as in { fd_ledger: { inherits: [3], closed_at_end: [writer] } }");
    }
    return done();
  }

  std::vector<std::string> roles_in(const nlohmann::json& options) const override {
    return options.value("closed_at_end", std::vector<std::string>{});
  }

  Findings check(const Case&, const History& history, const nlohmann::json& options) const override {
    Findings findings;
    bool is_anything_listed = false;
    for (const Event& event : history) {
      if (event.kind != EventKind::descriptors) continue;
      is_anything_listed = true;
      if (event.name == "exec") judge_exec(history, event, meant(options), findings);
      if (event.name != "end" || event.index > clean_up_begins(history)) continue;
      judge_both_ends(event, findings);
      if (!was_ended_by_fault(history, event.role)) judge_end(event, options, findings);
    }
    if (!is_anything_listed) return {inconclusive("no descriptors were listed, which needs ptrace")};
    judge_flight(history, findings);
    return findings;
  }
};

const Registration<Checker> registration{std::make_unique<FdLedger>()};

}  // namespace
}  // namespace harness

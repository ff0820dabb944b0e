#include "run/thread_mode.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "os/program.h"
#include "run/mode.h"

namespace harness {
namespace {

constexpr const char* kThreads = "threads";

bool shares_memory(const std::string& mechanism) {
  static const std::set<std::string> sharing = {"shm-mutex",     "shm-ring", "shm-counter",
                                                "shm-lifecycle", "futex",    "memfd",
                                                "posix-sem",     "sysv-shm", "rwlock-barrier-cond"};
  return sharing.count(mechanism) != 0;
}

bool is_able(const RoleInstance& role) {
  const auto program = inspect_program(role.command.front());
  return program && std::count(program->modes.begin(), program->modes.end(), kThreads) != 0;
}

// Whether the next role may start: when this one comes to a probe, or at once.
bool is_startable(const Ready& ready) {
  if (!ready.is_given()) return true;
  return ready.point && ready.point->kind == InjectionPoint::Kind::probe;
}

// Why the roles cannot be threads of one process, or "".
std::string obstacle(const Case& one) {
  const RoleInstance& first = one.roles.front();
  for (const RoleInstance& role : one.roles) {
    if (role.command.front() != first.command.front()) return "its roles are different programs";
    if (!is_able(role)) return "its program is not made for it";
    if (role.environment != first.environment) return "its roles have different environments";
    if (!role.descriptors.empty()) return "its roles have descriptors of their own";
    if (!is_startable(role.ready)) return role.name + " is ready by other signs than a probe";
  }
  return "";
}

// The words of probe/threads.c. Instances of one role start together.
std::vector<std::string> command_of_all(const std::vector<RoleInstance>& roles) {
  std::vector<std::string> words = {roles.front().command.front(), "--harness-threads"};
  for (size_t i = 0; i < roles.size(); ++i) {
    const RoleInstance& role = roles[i];
    const bool is_last_of_role = i + 1 == roles.size() || role_of(roles[i + 1].name) != role_of(role.name);
    const bool is_waited_for = role.ready.point && is_last_of_role;
    words.insert(words.end(), {role.name, is_waited_for ? role.ready.point->name : "",
                               std::to_string(role.ready.nth), std::to_string(role.command.size() - 1)});
    words.insert(words.end(), role.command.begin() + 1, role.command.end());
  }
  return words;
}

Case as_threads(const Case& one) {
  Case made = one;
  made.mode = kThreads;
  made.id = id_of(one, kThreads);
  made.expected =
      expected_in_mode(one, "sanitizer_clean", "as threads, it is looked at for data races alone");
  made.watches.clear();
  std::erase_if(made.checkers, [](const CheckerUse& use) { return use.name != "sanitizer_clean"; });
  made.checkers.push_back({.name = "progress"});
  RoleInstance all = one.roles.front();
  all.name = kThreads;
  all.ready = {};
  all.command = command_of_all(one.roles);
  made.roles = {std::move(all)};
  return made;
}

}  // namespace

void add_as_threads(Plan& plan) {
  const Case& one = plan.cases.back();
  if (!one.faults.empty() || one.roles.size() < 2) return;
  const std::string why_not = obstacle(one);
  if (why_not.empty()) {
    plan.cases.push_back(as_threads(one));
  } else if (shares_memory(one.mechanism)) {
    const std::string note = one.scenario + "/" + one.target + "/" + one.variant +
                             ": not run as threads, so that races between its roles are not seen: " + why_not;
    if (std::count(plan.notes.begin(), plan.notes.end(), note) == 0) plan.notes.push_back(note);
  }
}

std::string unseen_in_processes(const std::vector<Case>& cases, std::string_view target) {
  constexpr size_t kNamed = 3;
  std::set<std::string> sharing;
  for (const Case& one : cases) {
    const bool is_shared = shares_memory(one.mechanism) && one.roles.size() > 1;
    if (one.target == target && is_shared) sharing.insert(one.scenario + "/" + one.variant);
  }
  for (const Case& one : cases) {
    if (one.target == target && one.mode == kThreads) sharing.erase(one.scenario + "/" + one.variant);
  }
  if (sharing.empty()) return "";
  std::string text =
      fmt::format("data races between the roles of {} whose cases here are in processes alone: ",
                  sharing.size() == 1 ? "a variant" : fmt::format("{} variants", sharing.size()));
  size_t named = 0;
  for (const std::string& variant : sharing) {
    if (++named > kNamed) break;
    text += (named == 1 ? "" : ", ") + variant;
  }
  return text + (sharing.size() > kNamed ? fmt::format(" and {} more", sharing.size() - kNamed) : "") +
         " (target race sees these)";
}

}  // namespace harness

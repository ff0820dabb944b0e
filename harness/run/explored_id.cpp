#include "run/explored_id.h"

#include <algorithm>
#include <charconv>

#include "os/syscalls.h"
#include "run/exploration.h"
#include "run/instruction_exploration.h"

namespace harness {
namespace {

constexpr std::string_view kInRegion = "insn:";

// #3, or #3.. for every arrival from the third on.
bool take_arrival(std::string_view& text, Fault& fault) {
  const size_t hash = text.find('#');
  if (hash == std::string_view::npos) return true;
  std::string_view digits = text.substr(hash + 1);
  text = text.substr(0, hash);
  if (digits.ends_with("..")) {
    fault.onwards = true;
    digits.remove_suffix(2);
  }
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), fault.arrival);
  return status == std::errc{} && end == digits.data() + digits.size() && fault.arrival > 0;
}

// Only who is struck in a region is held until somebody else arrives somewhere.
bool take_hold(std::string_view& text, Fault& fault) {
  const size_t tilde = text.find('~');
  if (tilde == std::string_view::npos) return true;
  const auto hold = parse_hold(text.substr(tilde + 1));
  text = text.substr(0, tilde);
  if (!hold || (hold->until == Hold::Until::arrival && !text.starts_with(kInRegion))) return false;
  fault.hold = *hold;
  return true;
}

// read-link/enter is read(link)/enter: no call has a dash in its name.
std::string with_object(std::string_view point) {
  std::string text(point);
  const size_t dash = text.find('-');
  const size_t slash = text.find('/');
  if (!text.starts_with("syscall:") || dash == std::string::npos || slash == std::string::npos) return text;
  return text.substr(0, dash) + "(" + text.substr(dash + 1, slash - dash - 1) + ")" + text.substr(slash);
}

// KILL, FAIL-EIO: the actions of an exploration have no dash in their names.
Action action_of(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {.name = std::string(text)};
  return {.name = std::string(text.substr(0, dash)), .argument = std::string(text.substr(dash + 1))};
}

std::optional<Fault> explored_fault(std::string_view text) {
  static const std::vector<std::string> actions = {"kill", "stop", "fail", "short", "eintr"};
  const size_t at = text.find('@');
  const size_t equals = text.rfind('=');
  if (at == std::string_view::npos || equals == std::string_view::npos || equals < at) return std::nullopt;
  Fault fault{.victim = std::string(text.substr(0, at)), .action = action_of(text.substr(equals + 1))};
  std::string_view where = text.substr(at + 1, equals - at - 1);
  const bool goes_on = where.starts_with(kInRegion) && fault.action == Action{"signal", "SIGCONT"};
  if (!goes_on && std::count(actions.begin(), actions.end(), fault.action.name) == 0) return std::nullopt;
  if (!take_hold(where, fault) || !take_arrival(where, fault)) return std::nullopt;
  const auto point = parse_point(with_object(where));
  if (!point) return std::nullopt;
  fault.at = *point;
  if (fault.action.name == "stop") fault.resume = {.until = Hold::Until::settled};
  return fault;
}

bool can_have(const Case& recording, const Fault& fault) {
  if (fault.at.kind == InjectionPoint::Kind::syscall && !syscall_number(fault.at.name)) return false;
  return std::any_of(recording.roles.begin(), recording.roles.end(), [&](const RoleInstance& role) {
    if (!names_instance(fault.victim, role.name)) return false;
    return fault.at.kind == InjectionPoint::Kind::syscall ||
           std::count(role.probes.begin(), role.probes.end(), fault.at.name) != 0;
  });
}

std::string prefix_of(const Case& one) {
  return one.id.substr(0, one.id.size() - to_string(one.faults).size());
}

// The case with the faults that the id ends with, if it can have them.
std::optional<Case> with_faults_of(const Case& one, const std::string& id) {
  const std::string prefix = prefix_of(one);
  if (!one.id.ends_with(to_string(one.faults)) || !id.starts_with(prefix)) return std::nullopt;
  auto faults = explored_faults(std::string_view(id).substr(prefix.size()));
  if (!faults) return std::nullopt;
  const bool is_possible =
      std::all_of(faults->begin(), faults->end(), [&](const Fault& fault) { return can_have(one, fault); });
  if (!is_possible) return std::nullopt;
  Case made = one;
  made.faults = std::move(*faults);
  made.id = explored_id(made, made.faults);
  return made;
}

// Where the first fault of several ends: at the plus behind which another has its victim. SIGRTMIN+2 has one
// too.
size_t end_of_first(std::string_view text) {
  size_t plus = text.find('+');
  while (plus != std::string_view::npos) {
    const size_t next = text.find('+', plus + 1);
    if (text.substr(plus, next - plus).find('@') != std::string_view::npos) return plus;
    plus = next;
  }
  return text.size();
}

}  // namespace

std::optional<std::vector<Fault>> explored_faults(std::string_view text) {
  std::vector<Fault> faults;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t plus = end_of_first(rest);
    const auto fault = explored_fault(rest.substr(0, plus));
    if (!fault) return std::nullopt;
    faults.push_back(*fault);
    rest.remove_prefix(std::min(plus + 1, rest.size()));
  }
  if (faults.empty() || to_string(faults) != text) return std::nullopt;
  return faults;
}

std::optional<Case> explored_case(const Case& recording, const std::string& id) {
  return recording.faults.empty() && region_in(id).empty() ? with_faults_of(recording, id) : std::nullopt;
}

std::optional<Case> explored_case_in_region(const Case& survey, const std::string& id) {
  auto one = with_faults_of(survey, id);
  const auto struck = one ? struck_in_region(*one) : std::nullopt;
  const Fault& walked = survey.faults.back();
  if (!struck || struck->at != walked.at || struck->victim != walked.victim) return std::nullopt;
  // Until when its start is held does not stand in the id.
  for (Fault& fault : one->faults) {
    if (survey.faults.size() > 1 && to_string(fault) == to_string(survey.faults.front()))
      fault = survey.faults.front();
  }
  return one;
}

std::string region_in(const std::string& id) {
  const size_t begin = id.find("@" + std::string(kInRegion));
  if (begin == std::string::npos) return "";
  const size_t from = begin + 1 + kInRegion.size();
  return id.substr(from, id.find_first_of("#~=", from) - from);
}

}  // namespace harness

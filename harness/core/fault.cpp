#include "core/fault.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace harness {
namespace {

constexpr std::string_view kNameOfCase = "{name}";

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
  });
}

// An argument may also name a place and a value, of the object that the case's roles meet at:
// frame+0:00000040, {name}+0:00000040.
bool is_argument(std::string_view text) {
  const bool has_name = text.rfind(kNameOfCase, 0) == 0;
  std::string without_marks(text.substr(has_name ? kNameOfCase.size() : 0));
  std::erase_if(without_marks, [](char c) { return c == '+' || c == ':'; });
  return is_word(without_marks);
}

// libfiu's own points have names like posix/io/rw/read.
bool is_probe_name(std::string_view text) {
  std::string without_slashes(text);
  std::erase(without_slashes, '/');
  return is_word(without_slashes) && text.front() != '/' && text.back() != '/';
}

Error bad(std::string_view what, std::string_view text, std::string_view mend) {
  return usage_error(std::string(what) + " \"" + std::string(text) + "\" is not understood; " +
                     std::string(mend));
}

constexpr std::string_view kEnding = "ending";
constexpr std::string_view kPointForms =
    "write probe:NAME, syscall:NAME/enter, syscall:NAME/exit, syscall:NAME(OBJECT)/enter, insn:FROM..TO or "
    "ending";

// No system call has a dash or a dot in its name: read-pipe is how an id writes read(pipe).
bool is_call_name(std::string_view text) {
  return is_word(text) && text.find_first_of("-.") == std::string_view::npos;
}

// NAME or NAME(OBJECT).
bool read_call(std::string_view text, InjectionPoint& point) {
  const size_t open = text.find('(');
  point.name = std::string(text.substr(0, open));
  if (open == std::string_view::npos) return is_call_name(point.name);
  if (text.back() != ')') return false;
  point.object = std::string(text.substr(open + 1, text.size() - open - 2));
  return is_call_name(point.name) && is_word(point.object);
}

// Parentheses and braces mean something to a shell.
std::string without_brackets(std::string text) {
  std::replace(text.begin(), text.end(), '(', '-');
  std::erase_if(text, [](char c) { return c == ')' || c == '{' || c == '}'; });
  return text;
}

}  // namespace

Result<InjectionPoint> parse_point(std::string_view text) {
  if (text == kEnding) return InjectionPoint{.kind = InjectionPoint::Kind::ending};
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return bad("injection point", text, kPointForms);
  const std::string_view kind = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 1);
  if (kind == "probe" && is_probe_name(rest)) {
    return InjectionPoint{.kind = InjectionPoint::Kind::probe, .name = std::string(rest)};
  }
  if (const size_t dots = rest.find(".."); kind == "insn" && dots != std::string_view::npos) {
    const std::string_view from = rest.substr(0, dots);
    const std::string_view to = rest.substr(dots + 2);
    if (is_word(from) && is_word(to) && to.front() != '.') {
      return InjectionPoint{
          .kind = InjectionPoint::Kind::instruction, .name = std::string(from), .last = std::string(to)};
    }
  }
  const size_t slash = rest.find('/');
  InjectionPoint point{.kind = InjectionPoint::Kind::syscall};
  if (kind == "syscall" && slash != std::string_view::npos && read_call(rest.substr(0, slash), point)) {
    if (rest.substr(slash + 1) == "enter") return point;
    point.edge = InjectionPoint::Edge::exit;
    if (rest.substr(slash + 1) == "exit") return point;
  }
  return bad("injection point", text, kPointForms);
}

std::string to_string(const InjectionPoint& point) {
  if (point.kind == InjectionPoint::Kind::probe) return "probe:" + point.name;
  if (point.kind == InjectionPoint::Kind::ending) return std::string(kEnding);
  if (point.kind == InjectionPoint::Kind::instruction) return "insn:" + point.name + ".." + point.last;
  const std::string object = point.object.empty() ? "" : "(" + point.object + ")";
  return "syscall:" + point.name + object + (point.edge == InjectionPoint::Edge::enter ? "/enter" : "/exit");
}

Result<Arrival> parse_arrival(std::string_view text) {
  constexpr std::string_view kForm = "write ROLE@POINT or ROLE@POINT#N, as in waiter@probe:lock.held#2";
  const size_t at = text.find('@');
  if (at == std::string_view::npos || !is_word(text.substr(0, at))) return bad("arrival", text, kForm);
  Arrival arrival{.role = std::string(text.substr(0, at))};
  std::string_view rest = text.substr(at + 1);
  if (const size_t hash = rest.find('#'); hash != std::string_view::npos) {
    const std::string_view digits = rest.substr(hash + 1);
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), arrival.nth);
    if (status != std::errc{} || end != digits.data() + digits.size() || arrival.nth < 1) {
      return bad("arrival", text, kForm);
    }
    rest = rest.substr(0, hash);
  }
  ASSIGN_OR_RETURN(arrival.point, parse_point(rest));
  return arrival;
}

std::string to_string(const Arrival& arrival) {
  const std::string where = arrival.role + "@" + to_string(arrival.point);
  return arrival.nth == 1 ? where : where + "#" + std::to_string(arrival.nth);
}

Result<Hold> parse_hold(std::string_view text) {
  if (text == "now") return Hold{};
  if (text == "blocked") return Hold{.until = Hold::Until::blocked};
  if (text == "settled") return Hold{.until = Hold::Until::settled};
  auto arrival = parse_arrival(text);
  if (!arrival) return bad("moment", text, "write now, blocked, settled or ROLE@POINT");
  return Hold{.until = Hold::Until::arrival, .arrival = std::move(*arrival)};
}

std::string to_string(const Hold& hold) {
  switch (hold.until) {
    case Hold::Until::now:
      return "now";
    case Hold::Until::blocked:
      return "blocked";
    case Hold::Until::settled:
      return "settled";
    case Hold::Until::arrival:
      return to_string(hold.arrival);
  }
  return "?";
}

Result<Action> parse_action(std::string_view text) {
  constexpr std::string_view kForm = "write NAME or NAME(ARGUMENT), as in kill or fail(EIO)";
  // For a command line, whose shell would read brackets: fail:EIO.
  const size_t mark = text.find_first_of("(:");
  if (mark == std::string_view::npos) {
    if (!is_word(text)) return bad("action", text, kForm);
    return Action{.name = std::string(text)};
  }
  const bool has_brackets = text[mark] == '(';
  if (has_brackets && text.back() != ')') return bad("action", text, kForm);
  const std::string_view name = text.substr(0, mark);
  const std::string_view argument = text.substr(mark + 1, text.size() - mark - (has_brackets ? 2 : 1));
  if (!is_word(name) || !is_argument(argument)) return bad("action", text, kForm);
  return Action{.name = std::string(name), .argument = std::string(argument)};
}

std::string to_string(const Action& action) {
  return action.argument.empty() ? action.name : action.name + "(" + action.argument + ")";
}

namespace {

// The arrival within an id: an instruction is always numbered.
std::string arrival_text(const Fault& fault) {
  if (fault.arrival == kEveryArrival) return "#every";
  const bool is_first = fault.arrival == 1 && fault.at.kind != InjectionPoint::Kind::instruction;
  if (fault.onwards) return "#" + std::to_string(fault.arrival) + "..";
  return is_first ? "" : "#" + std::to_string(fault.arrival);
}

std::string with_arrival(const Fault& fault, const std::string& arrival) {
  std::string text = fault.victim + "@" + to_string(fault.at) + arrival;
  if (fault.hold != Hold{}) text += "~" + to_string(fault.hold);
  text += "=" + fault.action.name;
  if (!fault.action.argument.empty()) text += "-" + fault.action.argument;
  if (fault.synthetic) text += "-synthetic";
  return without_brackets(std::move(text));
}

// How many of the faults from this one on are the same but for arrivals that are evenly spaced.
size_t storm_length(const std::vector<Fault>& faults, size_t first) {
  size_t length = 1;
  for (; first + length < faults.size(); ++length) {
    Fault expected = faults[first];
    expected.arrival *= static_cast<int>(length) + 1;
    if (faults[first + length] != expected) break;
  }
  return length;
}

}  // namespace

std::string to_string(const Fault& fault) { return with_arrival(fault, arrival_text(fault)); }

std::string to_string(const std::vector<Fault>& faults) {
  std::string text;
  for (size_t i = 0; i < faults.size();) {
    const size_t length = storm_length(faults, i);
    text += text.empty() ? "" : "+";
    if (length < 3) {
      text += to_string(faults[i++]);
      continue;
    }
    const int every = faults[i].arrival;
    const int last = faults[i + length - 1].arrival;
    text += with_arrival(faults[i], "#" + std::to_string(every) + "," + std::to_string(2 * every) + ".." +
                                        std::to_string(last));
    i += length;
  }
  return text.empty() ? "no-fault" : text;
}

bool names_instance(std::string_view role, std::string_view instance) {
  return role == instance || role == role_of(instance);
}

bool has_instructions(const std::vector<Fault>& faults) {
  return std::any_of(faults.begin(), faults.end(),
                     [](const Fault& fault) { return fault.at.kind == InjectionPoint::Kind::instruction; });
}

std::string role_of(std::string_view instance) {
  const size_t dot = instance.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == instance.size()) return std::string(instance);
  const std::string_view tail = instance.substr(dot + 1);
  const bool is_number =
      std::all_of(tail.begin(), tail.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return std::string(is_number ? instance.substr(0, dot) : instance);
}

}  // namespace harness

#include "report/sentence.h"

#include <fmt/format.h>

#include "core/kernel_names.h"
#include "report/wording.h"

namespace harness {
namespace {

// A member as text; "" when it is missing or of another type, since a history may come from another version.
std::string text_in(const nlohmann::json& data, const char* key) {
  const auto found = data.find(key);
  return found != data.end() && found->is_string() ? found->get<std::string>() : "";
}

// The history has the whole of it.
std::string shortened(const std::string& text) {
  constexpr size_t kShown = 600;
  if (text.size() <= kShown) return text;
  size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

int64_t number_in(const nlohmann::json& data, const char* key, int64_t otherwise = 0) {
  const auto found = data.find(key);
  return found != data.end() && found->is_number() ? found->get<int64_t>() : otherwise;
}

std::string arrival_words(const nlohmann::json& data) {
  const int64_t nth = number_in(data, "nth", 1);
  return nth == 1 ? "" : fmt::format(" (arrival {})", nth);
}

std::string values_words(const Event& event, size_t from) {
  std::string text;
  for (size_t i = from; event.data.contains("values") && i < event.data["values"].size(); ++i) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", event.value(i));
  }
  return text;
}

// lock(0), or lock when the operation names no object.
std::string operation(const Event& event) {
  const bool has_object = event.data.contains("values") && !event.data["values"].empty();
  return has_object ? fmt::format("{}({})", event.name, event.value(0)) : event.name;
}

// A lock's result is an errno (EOWNERDEAD means success with a warning); any other operation's is a plain
// number.
std::string result_words(const Event& event) {
  if (event.name != "lock") return values_words(event, 1);
  return event.value(1) == 0 ? "" : errno_name(event.value(1));
}

std::string with_result(std::string text, const std::string& result) {
  return result.empty() ? text : std::move(text) + " → " + result;
}

// Small numbers and descriptors as such, all else as the kernel got it.
std::string argument_words(const nlohmann::json& argument) {
  const auto value = argument.is_number() ? argument.get<uint64_t>() : 0;
  const auto as_signed = static_cast<int64_t>(value);
  return as_signed > -4096 && as_signed < 65536 ? std::to_string(as_signed) : fmt::format("{:#x}", value);
}

// A call that was recorded for its own sake: write(3, 0x7ffd…, 32) on pipe:[4711], and what came of it.
std::string call_words(const Event& event) {
  const std::string name = call_name(event);
  if (event.name.ends_with("/exit")) {
    const int64_t result = number_in(event.data, "result");
    std::string text = fmt::format(
        "{} returned {}", name,
        result < 0 && result > -4096 ? errno_name(static_cast<int>(-result)) : std::to_string(result));
    const auto fill = event.data.find("fill");
    if (fill != event.data.end() && fill->is_object())
      text += fmt::format("; {} now holds {} of {} {}", text_in(*fill, "object"), number_in(*fill, "holds"),
                          number_in(*fill, "room"), text_in(*fill, "unit"));
    return text;
  }
  std::string text = name + "(";
  const auto args = event.data.find("args");
  for (size_t i = 0; args != event.data.end() && args->is_array() && i < 3 && i < args->size(); ++i)
    text += (i == 0 ? "" : ", ") + argument_words((*args)[i]);
  const std::string on = text_in(event.data, "on");
  return text + ", …)" + (on.empty() ? "" : " on " + on);
}

std::string fault_words(const Event& event) {
  const std::string action = text_in(event.data, "action");
  std::string text =
      fmt::format("fault: {} at {}", action.empty() ? event.name : action, text_in(event.data, "at")) +
      arrival_words(event.data);
  if (const std::string hold = text_in(event.data, "hold"); !hold.empty() && hold != "now") {
    text += ", held until " + hold;
  }
  if (event.data.contains("synthetic") && event.data["synthetic"] == true)
    text += " (synthetic: the kernel could not produce this here)";
  return text;
}

std::string ended_words(const Event& event) {
  if (event.name == "exit") return fmt::format("exited with status {}", number_in(event.data, "code"));
  const std::string name = text_in(event.data, "signal_name");
  return "was killed by " +
         (name.empty() ? signal_name(static_cast<int>(number_in(event.data, "signal"))) : name);
}

std::string task_words(const std::string& what) {
  if (what == "child") return "begins, as a child of its role";
  if (what == "child-ended") return "has ended";
  if (what == "exec") return "executes a program in place of its own";
  return "has a new " + what;
}

std::string with_reason(std::string text, const Event& event, const char* key) {
  const std::string reason = text_in(event.data, key);
  return reason.empty() ? text : std::move(text) + ": " + reason;
}

std::string blocked_words(const Event& event) {
  const bool is_child = event.data.contains("child") && event.data["child"] == true;
  const std::string thread = is_child ? fmt::format("thread {} of its child {}", event.tid, event.pid)
                                      : fmt::format("thread {}", event.tid);
  if (event.name.empty()) return with_reason(thread, event, "explained");
  return with_reason(fmt::format("{} is blocked in {}", thread, event.name), event, "explained");
}

std::string descriptor_words(const Event& event) {
  std::string text;
  const auto list = event.data.find("list");
  for (size_t i = 0; list != event.data.end() && i < list->size(); ++i) {
    const nlohmann::json& one = (*list)[i];
    if (number_in(one, "number") <= 2) continue;
    text +=
        fmt::format("{}{} ({})", text.empty() ? "" : ", ", number_in(one, "number"), text_in(one, "object"));
  }
  return fmt::format("process {} has open at its {}: {}", event.pid, event.name,
                     text.empty() ? "nothing beyond 0, 1 and 2" : text);
}

std::string words(const Event& event) {
  switch (event.kind) {
    case EventKind::reached:
      return "reached " + event.name + arrival_words(event.data);
    case EventKind::invoke:
      return operation(event) + " …";
    case EventKind::ok:
      return with_result(operation(event) + " ok", result_words(event));
    case EventKind::fail:
      return with_result(operation(event) + " failed", errno_name(event.value(1)));
    case EventKind::info:
      return operation(event) + " ended, unknown how";
    case EventKind::observed:
      return fmt::format("observed {} = {}", event.name, values_words(event, 0));
    case EventKind::spawned:
      return "started " + event.name;
    case EventKind::ready:
      return "is ready: " + event.name;
    case EventKind::arrived:
      if (event.data.contains("call")) return call_words(event);
      return "arrived at " + event.name + arrival_words(event.data);
    case EventKind::fault:
      return fault_words(event);
    case EventKind::resumed:
      return "goes on: " + event.name;
    case EventKind::ending:
      return fmt::format("{} {} begins to end", event.name, event.name == "thread" ? event.tid : event.pid);
    case EventKind::ended:
      return ended_words(event);
    case EventKind::task:
      return task_words(event.name);
    case EventKind::settled:
      return "every other thread sleeps or has ended";
    case EventKind::deadlock:
      return "deadlock: nobody left can wake anybody";
    case EventKind::deadline:
      return fmt::format("deadline: not ended after {} ms", number_in(event.data, "after_ms"));
    case EventKind::blocked:
      return blocked_words(event);
    case EventKind::residue:
      return fmt::format("left behind: {} {}", event.name, text_in(event.data, "object"));
    case EventKind::output:
      return fmt::format("wrote to {}: {}", event.name, shortened(text_in(event.data, "text")));
    case EventKind::lost:
      return with_reason("not recorded: " + event.name, event, "reason");
    case EventKind::closed:
      return fmt::format("descriptor {} ({}) is closed{}", number_in(event.data, "number"),
                         text_in(event.data, "object"),
                         event.data.contains("by_harness") ? ": the harness lets go of its copy" : "");
    case EventKind::kept:
      return fmt::format("the harness keeps a copy of descriptor {} ({})", number_in(event.data, "number"),
                         text_in(event.data, "object"));
    case EventKind::calls:
      return fmt::format("made at most {} in a row that came to nothing while nobody else ran",
                         counted(number_in(event.data, "in_vain"), "call"));
    case EventKind::busy:
      return fmt::format(
          "busy: made {} calls in a row, mostly {}, that came to nothing while nobody else ran",
          number_in(event.data, "in_vain"), event.name);
    case EventKind::descriptors:
      return descriptor_words(event);
    case EventKind::met:
      return fmt::format("met {} points", event.data.value("points", nlohmann::json::array()).size());
    case EventKind::swept:
      return fmt::format("died in {} states of {}, {} of them distinct: {}", number_in(event.data, "states"),
                         event.role, number_in(event.data, "distinct"), text_in(event.data, "verdict"));
    case EventKind::turn:
      return fmt::format("{} goes on at {} (turn {})", text_in(event.data, "task"), event.name,
                         number_in(event.data, "turn"));
    case EventKind::turns:
      return fmt::format("there were {}", counted(number_in(event.data, "turns"), "turn"));
    case EventKind::note:
      if (event.name == "step") return text_in(event.data, "text");
      return with_reason(event.name.empty() ? "note" : event.name, event, "text");
  }
  return std::string(to_string(event.kind));
}

}  // namespace

std::string who(const Event& event) { return event.role.empty() ? "harness" : printable(event.role); }

std::string what_happened(const Event& event) { return printable(words(event)); }

std::string call_name(const Event& event) {
  const size_t from = event.name.find(':') + 1;
  return event.name.substr(from, event.name.rfind('/') - from);
}

}  // namespace harness

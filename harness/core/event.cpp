#include "core/event.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace harness {
namespace {

constexpr std::array<std::pair<EventKind, std::string_view>, 31> kNames = {{
    {EventKind::reached, "reached"},
    {EventKind::invoke, "invoke"},
    {EventKind::ok, "ok"},
    {EventKind::fail, "fail"},
    {EventKind::info, "info"},
    {EventKind::observed, "observed"},
    {EventKind::spawned, "spawned"},
    {EventKind::ready, "ready"},
    {EventKind::arrived, "arrived"},
    {EventKind::fault, "fault"},
    {EventKind::resumed, "resumed"},
    {EventKind::ending, "ending"},
    {EventKind::ended, "ended"},
    {EventKind::task, "task"},
    {EventKind::settled, "settled"},
    {EventKind::deadlock, "deadlock"},
    {EventKind::deadline, "deadline"},
    {EventKind::blocked, "blocked"},
    {EventKind::residue, "residue"},
    {EventKind::output, "output"},
    {EventKind::lost, "lost"},
    {EventKind::note, "note"},
    {EventKind::closed, "closed"},
    {EventKind::kept, "kept"},
    {EventKind::calls, "calls"},
    {EventKind::busy, "busy"},
    {EventKind::descriptors, "descriptors"},
    {EventKind::met, "met"},
    {EventKind::swept, "swept"},
    {EventKind::turn, "turn"},
    {EventKind::turns, "turns"},
}};

EventKind kind_from(const std::string& name) {
  if (const auto kind = event_kind(name)) return *kind;
  throw nlohmann::json::other_error::create(501, "event kind \"" + name + "\" is not known",
                                            static_cast<const nlohmann::json*>(nullptr));
}

}  // namespace

std::string_view to_string(EventKind kind) {
  for (const auto& [known, text] : kNames) {
    if (known == kind) return text;
  }
  return "?";
}

std::optional<EventKind> event_kind(std::string_view name) {
  for (const auto& [kind, text] : kNames) {
    if (text == name) return kind;
  }
  return std::nullopt;
}

int64_t Event::value(size_t i, int64_t otherwise) const {
  const auto values = data.find("values");
  if (values == data.end() || i >= values->size()) return otherwise;
  return (*values)[i].get<int64_t>();
}

void put_in_order(History& history) {
  std::stable_sort(history.begin(), history.end(),
                   [](const Event& a, const Event& b) { return a.time_ns < b.time_ns; });
  int index = 0;
  for (Event& event : history) event.index = index++;
}

void to_json(nlohmann::json& json, const Event& event) {
  json = {{"index", event.index}, {"time_ns", event.time_ns}, {"role", event.role},
          {"pid", event.pid},     {"tid", event.tid},         {"kind", to_string(event.kind)},
          {"name", event.name},   {"data", event.data}};
}

void append_json(std::string& text, const Event& event, std::string_view case_id, bool is_last) {
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;  // a subject may print any bytes
  const auto quoted = [](std::string_view words) {
    return nlohmann::json(words).dump(-1, ' ', false, kReplace);
  };
  text += '{';
  if (!case_id.empty()) text += "\"case\":" + quoted(case_id) + ",";
  text += "\"data\":" + event.data.dump(-1, ' ', false, kReplace);
  text += ",\"index\":" + std::to_string(event.index);
  text += ",\"kind\":\"";
  text += to_string(event.kind);
  text += is_last ? "\",\"last\":true" : "\"";
  text += ",\"name\":" + quoted(event.name);
  text += ",\"pid\":" + std::to_string(event.pid);
  text += ",\"role\":" + quoted(event.role);
  text += ",\"tid\":" + std::to_string(event.tid);
  text += ",\"time_ns\":" + std::to_string(event.time_ns);
  text += '}';
}

void from_json(const nlohmann::json& json, Event& event) {
  json.at("index").get_to(event.index);
  json.at("time_ns").get_to(event.time_ns);
  json.at("role").get_to(event.role);
  json.at("pid").get_to(event.pid);
  json.at("tid").get_to(event.tid);
  event.kind = kind_from(json.at("kind").get<std::string>());
  json.at("name").get_to(event.name);
  event.data = json.at("data");
}

History take_history(nlohmann::json& events) {
  History history;
  history.reserve(events.size());
  for (nlohmann::json& one : events) {
    nlohmann::json data = std::move(one.at("data"));
    history.push_back(one.get<Event>());
    history.back().data = std::move(data);
  }
  return history;
}

}  // namespace harness

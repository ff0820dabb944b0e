#include "run/divergence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace harness {
namespace {

// What an event carries that is the same on every run; the rest are addresses, sizes in time, and ids.
nlohmann::json stable_data(const Event& event) {
  nlohmann::json kept = nlohmann::json::object();
  for (const char* name : {"nth", "values", "code", "signal", "at", "action", "points", "caught"}) {
    if (const auto value = event.data.find(name); value != event.data.end()) kept[name] = *value;
  }
  if (event.kind == EventKind::output) kept["sha256"] = event.data.value("sha256", "");
  return kept;
}

// Notes and what was lost tell of the harness and the machine, not of the case; when everybody was seen
// asleep is a matter of time, and how a thread of a stuck case is described has ids in it.
bool is_stable(const Event& event) {
  static const std::vector<EventKind> kinds = {
      EventKind::reached,  EventKind::invoke, EventKind::ok,      EventKind::fail,    EventKind::info,
      EventKind::observed, EventKind::fault,  EventKind::ended,   EventKind::met,     EventKind::deadlock,
      EventKind::deadline, EventKind::output, EventKind::residue, EventKind::blocked, EventKind::turn};
  const bool is_listed = std::count(kinds.begin(), kinds.end(), event.kind) != 0;
  const bool is_error_text = event.kind == EventKind::output && event.name == "stderr";
  return is_listed && !is_error_text;
}

uint64_t mixed(uint64_t digest, const std::string& text) {  // FNV-1a, with an end mark
  for (const char c : text + '\n') digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return digest;
}

}  // namespace

StableStory stable_story(const History& history) {
  StableStory story;
  for (const Event& event : history) {
    if (!is_stable(event)) continue;
    const nlohmann::json data = stable_data(event);
    std::string line = std::string(to_string(event.kind)) + " " + event.name;
    if (!data.empty()) line += " " + data.dump();
    story[event.role].push_back(std::move(line));
  }
  return story;
}

std::string digest_of(const StableStory& story) {
  uint64_t digest = 0xcbf29ce484222325;
  for (const auto& [role, lines] : story) {
    digest = mixed(digest, "role " + role);
    for (const std::string& line : lines) digest = mixed(digest, line);
  }
  return fmt::format("{:016x}", digest);
}

std::optional<Divergence> divergence_of(const StableStory& first, const StableStory& again) {
  StableStory all = first;
  all.insert(again.begin(), again.end());
  for (const auto& [role, lines] : all) {
    const auto of = [&role](const StableStory& story) {
      const auto found = story.find(role);
      return found == story.end() ? std::vector<std::string>() : found->second;
    };
    const std::vector<std::string> a = of(first);
    const std::vector<std::string> b = of(again);
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
      const std::string one = i < a.size() ? a[i] : "";
      const std::string other = i < b.size() ? b[i] : "";
      if (one != other) return Divergence{.role = role, .nth = i + 1, .first = one, .again = other};
    }
  }
  return std::nullopt;
}

}  // namespace harness

#include "core/schedule.h"

#include <algorithm>
#include <charconv>

namespace harness {
namespace {

constexpr std::string_view kMark = "~turns=";

// What stands before the next separator, which is taken away as well.
std::string_view take_word(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

}  // namespace

std::string to_string(const Schedule& schedule) {
  std::string text(kMark);
  for (size_t i = 0; i < schedule.order.size(); ++i) text += (i == 0 ? "" : ",") + schedule.order[i];
  for (const int turn : schedule.changes) text += ":" + std::to_string(turn);
  return text;
}

std::optional<Schedule> parse_schedule(std::string_view text) {
  if (!text.starts_with(kMark)) return std::nullopt;
  std::string_view rest = text.substr(kMark.size());
  Schedule schedule;
  for (std::string_view order = take_word(rest, ':'); !order.empty();)
    schedule.order.emplace_back(take_word(order, ','));
  while (!rest.empty()) {
    const std::string_view word = take_word(rest, ':');
    int turn = 0;
    const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), turn);
    if (status != std::errc{} || end != word.data() + word.size() || turn < 1) return std::nullopt;
    schedule.changes.push_back(turn);
  }
  return to_string(schedule) == text ? std::optional(schedule) : std::nullopt;
}

size_t schedule_at(std::string_view id) { return id.rfind(kMark); }

}  // namespace harness

#include "run/sweep.h"

#include <algorithm>
#include <charconv>

namespace harness {
namespace {

constexpr std::string_view kEvery = "#every";

}  // namespace

bool is_sweep(const Case& planned) {
  return planned.explored.empty() && !planned.faults.empty() &&
         planned.faults.front().arrival == kEveryArrival;
}

Case at_arrival(const Case& sweep, int nth) {
  Case one = sweep;
  one.faults.front().arrival = nth;
  if (const size_t at = one.id.find(kEvery); at != std::string::npos)
    one.id.replace(at, kEvery.size(), "#" + std::to_string(nth));
  return one;
}

int counted_arrivals(const Case& sweep, const History& history) {
  const std::string point = to_string(sweep.faults.front().at);
  int counted = 0;
  for (const Event& event : history) {
    if (event.kind == EventKind::arrived && event.name == point)
      counted = std::max(counted, event.data.value("nth", 0));
  }
  return counted;
}

std::optional<Case> find_case(const std::vector<Case>& planned, const std::string& id) {
  for (const Case& one : planned) {
    if (one.id == id) return one;
    const size_t at = one.id.find(kEvery);
    if (!is_sweep(one) || id.compare(0, at + 1, one.id, 0, at + 1) != 0) continue;
    int nth = 0;
    const char* const digits = id.data() + at + 1;
    const auto [end, status] = std::from_chars(digits, id.data() + id.size(), nth);
    const bool is_rest_same = one.id.substr(at + kEvery.size()) == std::string(end, id.data() + id.size());
    if (status == std::errc{} && nth > 0 && is_rest_same) return at_arrival(one, nth);
  }
  return std::nullopt;
}

}  // namespace harness

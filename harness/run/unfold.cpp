#include "run/unfold.h"

#include <charconv>
#include <optional>
#include <random>
#include <string>

namespace harness {
namespace {

struct ArgumentRange {
  int first = 0;
  int last = 0;
};

std::optional<ArgumentRange> range_in(const Action& action) {
  const size_t dots = action.argument.find("..");
  if (dots == std::string::npos) return std::nullopt;
  ArgumentRange range;
  const char* const begin = action.argument.data();
  const char* const end = begin + action.argument.size();
  const auto first = std::from_chars(begin, begin + dots, range.first);
  const auto last = std::from_chars(begin + dots + 2, end, range.last);
  const bool is_range = first.ptr == begin + dots && last.ptr == end && range.first <= range.last;
  return is_range ? std::optional(range) : std::nullopt;
}

void unfold_arguments(std::vector<Fault> faults, std::vector<std::vector<Fault>>& into) {
  for (Fault& fault : faults) {
    const auto range = range_in(fault.action);
    if (!range) continue;
    for (int value = range->first; value <= range->last; ++value) {
      fault.action.argument = std::to_string(value);
      unfold_arguments(faults, into);
    }
    return;
  }
  into.push_back(std::move(faults));
}

}  // namespace

std::vector<std::vector<Fault>> unfold(const FaultLine& line) {
  std::vector<std::vector<Fault>> unfolded;
  std::vector<Fault> faults = line.faults;
  for (int arrival = line.every; line.every > 0 && arrival <= line.up_to; arrival += line.every) {
    if (arrival > line.every) faults.push_back(line.faults.front());
    faults.back().arrival = arrival;
  }
  unfold_arguments(faults, unfolded);
  while (line.last_arrival > 0 && faults.front().arrival < line.last_arrival) {
    ++faults.front().arrival;
    unfold_arguments(faults, unfolded);
  }
  return unfolded;
}

int drawn_arrival(const FaultLine& line, uint64_t seed) {
  const std::string words = to_string(line.faults) + "/" + std::to_string(seed);
  std::seed_seq sequence(words.begin(), words.end());
  return 1 + static_cast<int>(std::mt19937_64(sequence)() % static_cast<uint64_t>(line.draw_up_to));
}

}  // namespace harness

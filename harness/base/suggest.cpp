#include "base/suggest.h"

#include <algorithm>

namespace harness {
namespace {

// As many known names as a reader still looks through.
constexpr size_t kShownAtMost = 24;

}  // namespace

// Damerau-Levenshtein, restricted: a swap of neighbours counts as one edit.
int edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<int>> cost(from.size() + 1, std::vector<int>(to.size() + 1, 0));
  for (size_t i = 0; i <= from.size(); ++i) cost[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= to.size(); ++j) cost[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= from.size(); ++i) {
    for (size_t j = 1; j <= to.size(); ++j) {
      const int replaced = cost[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[from.size()][to.size()];
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  int best_distance = std::max(2, static_cast<int>(name.size()) / 3) + 1;
  for (const std::string& candidate : known) {
    const int distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string not_found(std::string_view kind, std::string_view name, const std::vector<std::string>& known) {
  std::string message = std::string(kind) + " \"" + std::string(name) + "\" not found";
  if (const std::string guess = nearest(name, known); !guess.empty()) {
    return message + "; did you mean " + guess + "?";
  }
  if (known.empty()) return message + "; there is none";
  message += "; there are:";
  const size_t shown = std::min(known.size(), kShownAtMost);
  for (size_t i = 0; i < shown; ++i) message += " " + known[i];
  if (shown < known.size()) message += " and " + std::to_string(known.size() - shown) + " more";
  return message;
}

}  // namespace harness

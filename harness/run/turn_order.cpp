#include "run/turn_order.h"

#include <algorithm>

#include "base/check.h"

namespace harness {

void TurnOrder::add(pid_t tid, int role, const std::string& instance) {
  const int nth = ++counts_[instance];
  Task task{.name = nth == 1 ? instance : instance + "+" + std::to_string(nth), .rank = {1, role, nth}};
  const auto named = std::find(schedule_.order.begin(), schedule_.order.end(), task.name);
  if (named != schedule_.order.end()) task.rank = {0, static_cast<int>(named - schedule_.order.begin()), 0};
  names_.push_back(task.name);
  tasks_[tid] = std::move(task);
}

pid_t TurnOrder::first_of(const std::vector<pid_t>& standing) const {
  return *std::min_element(standing.begin(), standing.end(), [this](pid_t one, pid_t other) {
    return tasks_.at(one).rank < tasks_.at(other).rank;
  });
}

pid_t TurnOrder::next(const std::vector<pid_t>& standing) {
  CHECK(!standing.empty()) << "a turn that nobody takes";
  ++turns_;
  const pid_t first = first_of(standing);
  if (std::count(schedule_.changes.begin(), schedule_.changes.end(), turns_) == 0) return first;
  put_behind(first);
  return first_of(standing);
}

void TurnOrder::put_behind(pid_t tid) { tasks_.at(tid).rank = {2, ++behind_, 0}; }

}  // namespace harness

#include "target/case_queue.h"

#include <algorithm>

namespace harness {
namespace {

std::string copied_programs(const Case& plan) {
  std::string programs;
  for (const RoleInstance& role : plan.roles) {
    if (role.from_zygote && !role.command.empty()) programs += role.command.front() + '\n';
  }
  return programs;
}

}  // namespace

CaseQueue::CaseQueue(const std::vector<const Case*>& cases) {
  std::map<std::string, int> numbers;
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string programs = copied_programs(*cases[i]);
    const int next = static_cast<int>(numbers.size());
    programs_.push_back(programs.empty() ? kNone : numbers.emplace(programs, next).first->second);
    waiting_.push_back(i);
  }
}

std::optional<size_t> CaseQueue::take(size_t worker) {
  if (waiting_.empty()) return std::nullopt;
  const auto chosen = choose(worker);
  const size_t index = *chosen;
  waiting_.erase(chosen);
  is_at_[worker] = programs_[index];
  return index;
}

std::deque<size_t>::iterator CaseQueue::choose(size_t worker) {
  const size_t limit = waiting_.front() + kAhead;
  const auto end = std::find_if(waiting_.begin(), waiting_.end(), [&](size_t i) { return i > limit; });
  const auto own = is_at_.find(worker);
  if (own != is_at_.end() && own->second != kNone) {
    const auto same =
        std::find_if(waiting_.begin(), end, [&](size_t i) { return programs_[i] == own->second; });
    if (same != end) return same;
    is_at_.erase(own);
  }
  const auto nobodys =
      std::find_if(waiting_.begin(), end, [&](size_t i) { return !is_somebodys(programs_[i]); });
  return nobodys != end ? nobodys : waiting_.begin();
}

bool CaseQueue::is_somebodys(int programs) const {
  return programs != kNone && std::any_of(is_at_.begin(), is_at_.end(),
                                          [&](const auto& worker) { return worker.second == programs; });
}

}  // namespace harness

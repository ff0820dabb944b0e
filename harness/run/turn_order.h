// TurnOrder: whose turn it is among the tasks that stand before their next step, by a schedule. Pure.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/schedule.h"

namespace harness {

class TurnOrder {
 public:
  explicit TurnOrder(Schedule schedule) : schedule_(std::move(schedule)) {}

  // A task of an instance came to be, the role-th of its case. Tasks of one instance have to be told in the
  // order in which they came.
  void add(pid_t tid, int role, const std::string& instance);

  // Takes a turn: which of these, at least one, has it.
  pid_t next(const std::vector<pid_t>& standing);

  // From now on it goes behind all that are here.
  void put_behind(pid_t tid);

  const std::string& name_of(pid_t tid) const { return tasks_.at(tid).name; }

  // Of all tasks that were, in the order in which they came.
  const std::vector<std::string>& names() const { return names_; }

  int turns() const { return turns_; }

 private:
  struct Task {
    std::string name;
    std::tuple<int, int, int> rank;  // the lowest goes first
  };
  pid_t first_of(const std::vector<pid_t>& standing) const;

  Schedule schedule_;
  std::map<pid_t, Task> tasks_;
  std::vector<std::string> names_;
  std::map<std::string, int> counts_;  // by instance
  int behind_ = 0;
  int turns_ = 0;
};

}  // namespace harness

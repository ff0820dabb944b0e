// CaseQueue: which case a worker takes next.
//
// In the plan's order, but a worker goes on with the programs that it has just run, since it keeps them
// loaded (os/zygote_pool.h), and begins with others than those that somebody else is at: loading a program is
// most of what its first case costs.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/case.h"

namespace harness {

class CaseQueue {
 public:
  explicit CaseQueue(const std::vector<const Case*>& cases);

  bool is_empty() const { return waiting_.empty(); }

  // Takes the next case for a worker, as its index among the cases; none when all are taken. It is never far
  // ahead of the first that waits, since results are delivered in the plan's order.
  std::optional<size_t> take(size_t worker);

  // A case that was taken in vain: it is the next.
  void put_back(size_t index) { waiting_.push_front(index); }

 private:
  static constexpr int kNone = -1;
  static constexpr size_t kAhead = 256;

  std::deque<size_t>::iterator choose(size_t worker);
  bool is_somebodys(int programs) const;

  std::vector<int> programs_;    // of each case: a number for those that are copied, kNone where none is
  std::deque<size_t> waiting_;   // indices, mostly in order
  std::map<size_t, int> is_at_;  // the programs of each worker
};

}  // namespace harness

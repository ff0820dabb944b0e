// Robust list: what a thread has told the kernel of the locks that it holds (set_robust_list(2),
// get_robust_list(2)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "sweep/arena.h"

namespace harness {

// The head of the list as it lies in a process's own memory (struct robust_list_head, linux/futex.h). The
// list ends where an entry points to the head again.
struct RobustHead {
  uint64_t next = 0;
  uint64_t offset = 0;   // from an entry to its futex word
  uint64_t pending = 0;  // the entry that is being locked or unlocked, 0 when none is
};

// Where the thread has registered its head, 0 when nowhere.
Result<uint64_t> robust_head_address(pid_t tid);

Result<RobustHead> read_robust_head(pid_t pid, uint64_t address);

// The futex words that the kernel looks at when a thread with this head dies.
struct ListedWords {
  std::vector<uint64_t> addresses;  // in the order of the list, each once, the pending one last
  bool inherits =
      false;  // some are handed on by priority inheritance: the kernel knows more than memory says
  bool leads_outside = false;  // it goes on where the arena does not reach
};
ListedWords listed_words(const RobustHead& head, uint64_t head_address, const Arena& arena);

}  // namespace harness

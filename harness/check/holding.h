// Holding: which thread of which role holds a lock, and whether it was alive at some moment.
#pragma once

#include <string>
#include <vector>

#include "core/event.h"

namespace harness {

// The thread that holds a lock. An owner in the kernel's sense is a thread, not a process
// (robust_futexes.rst).
struct Holder {
  std::string role;
  int pid = 0;
  int tid = 0;

  bool operator==(const Holder&) const = default;
};

// The thread that told of this event.
Holder teller(const Event& event);

// What is known about a holder at a moment of the history.
enum class Alive {
  yes,
  no,
  // It told nothing more, and its end was recorded later: it may have been dead already.
  perhaps,
};

// The deaths of a history, as far as the kernel lets go of a dead thread's locks for them: the end of the
// thread (the first one of a process too, which others may outlive: pthread_exit(3)), the end of its process,
// and execve, which gives up the old program's locks as an exit would (exec_mm_release in fs/exec.c).
class Deaths {
 public:
  explicit Deaths(const History& history);

  // The first death of the holder after the event `since`, or nullptr. The clean-up's kills are not counted.
  const Event* after(const Holder& holder, int since) const;

  // Whether a holder that lived at `since` was alive at the later event `moment`.
  //
  // A kill is stamped before it is done, so whoever is killed later was alive. A process that ends in another
  // way is seen when it is reaped, when its locks may long have gone to the next: only silence since then
  // makes it credible.
  Alive alive_at(const Holder& holder, int since, int moment) const;

 private:
  bool tells_between(const Holder& holder, int from, int to) const;

  const History& history_;
  std::vector<const Event*> deaths_;
};

}  // namespace harness

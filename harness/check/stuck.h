// Stuck: what is known about a case that its roles did not end, and whether a platform defect explains it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/event.h"

namespace harness {

// The deadlock or deadline event of a case, and one `blocked` event for each thread that was still there.
struct Stuck {
  const Event* why = nullptr;
  std::vector<const Event*> blocked;
};

// Nothing when the roles of the case all ended.
std::optional<Stuck> stuck_at(const History& history);

// One sentence: how it was noticed, and who is blocked on what.
std::string describe(const Stuck& stuck);

// The event and all that are blocked, as evidence.
std::vector<int> evidence(const Stuck& stuck);

// A defect of the platform that explains why a case is stuck.
struct Defect {
  std::string name;
  std::string message;
  std::vector<int> events;
};

// MX-22: the wake-up that glibc's non-PI robust mutex loses when a waiter is killed after the kernel woke it
// and before it took the lock, while another thread takes and releases the lock by the fast path. It shows as
// sleepers on a mutex that nobody owns, beside a victim that was killed as its own FUTEX_WAIT on that mutex
// returned.
std::optional<Defect> lost_wakeup(const History& history, const Stuck& stuck);

}  // namespace harness

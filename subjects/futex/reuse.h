// A lock of robust-list kind whose memory is used for something else once nobody needs the lock any more.
//
// The owner takes the lock once and lets it go; the waiter does the same after it, and lays a record over the
// lock. In the record is what a table of processes has: the owner's number. As long as the owner has not
// finished its release, the kernel knows of the lock by list_op_pending (get_robust_list(2)): should it be
// killed then, the kernel takes a word that has its number for a lock that it holds, and writes
// FUTEX_OWNER_DIED into it. Told by the waiter: "record", 0, or what stands in the record instead of the
// number. Exit status as in common/memory/section.h.
#pragma once

#include <poll.h>

#include "../common/memory/liveness.h"
#include "lock.h"

namespace home_made {

struct ReusedLock {
  Lock lock;  // first, where lock_of() finds it
  shared_memory::Seat owner;
};

// What comes to lie over the lock.
struct Record {
  uint32_t owner[sizeof(Lock) / sizeof(uint32_t)];
};

static_assert(sizeof(Record) == sizeof(Lock));

inline shared_memory::Seat& owner_of(const Run& run) { return run.lock<ReusedLock>().owner; }

inline void come_to_reused(const Run& run) {
  register_list(run);
  if (shared_memory::is_owner(run.options)) owner_of(run).pid.store(getpid());
}

inline void wait_for_end(pid_t pid) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return;  // it has ended, and was waited for
  pollfd end{.fd = fd, .events = POLLIN, .revents = 0};
  while (ppoll(&end, 1, nullptr, nullptr) < 0 && errno == EINTR) {
  }
  close(fd);
}

// Its release is done, or never will be.
inline void wait_until_owner_is_out(const Run& run) {
  if (owner_of(run).is_done.load() == 0) wait_for_end(owner_of(run).pid.load());
}

inline Record* lay_record(const Run& run, uint32_t number) {
  auto* record = new (&lock_of(run)) Record;
  for (uint32_t& field : record->owner) field = number;
  HARNESS_PROBE("record.written");
  return record;
}

inline void tell_record(const Record& record, uint32_t number) {
  int64_t foreign = 0;
  for (const uint32_t& field : record.owner) {
    const uint32_t found = static_cast<const volatile uint32_t&>(field);
    if (found != number) foreign = found;
  }
  harness_observe("record", 1, &foreign);
}

// `may_reuse` returns when the lock's memory may be given to others.
template <void (*may_reuse)(const Run&)>
void leave_reused(const Run& run) {
  if (shared_memory::is_owner(run.options)) {
    owner_of(run).is_done.store(1);
    return;
  }
  may_reuse(run);
  const pid_t owner = owner_of(run).pid.load();
  const auto number = static_cast<uint32_t>(owner);  // of its one thread too
  const Record* record = lay_record(run, number);
  wait_for_end(owner);
  tell_record(*record, number);
}

inline Section reused_section() {
  Section section = robust_list_section();
  section.come = come_to_reused;
  section.leave = leave_reused<wait_until_owner_is_out>;
  return section;
}

}  // namespace home_made

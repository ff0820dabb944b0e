// Where a measurement takes place: processes that end with the one that forked them, on chosen processors,
// with an IPC namespace of their own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

// Forks; the child ends by SIGKILL when the parent ends (PR_SET_PDEATHSIG, prctl(2)), and exits with what
// `work` returns. `cpu` < 0: anywhere.
pid_t fork_pinned(int cpu, const std::function<int()>& work);

// Its exit status; 128+n when signal n ended it.
int status_of(pid_t child);

// Waits on the state of the process (proc(5)) until it is blocked in a system call.
void wait_until_blocked(pid_t pid);

// The processors that this process may use.
std::vector<int> usable_processors();

// From here on System V objects and POSIX queues of this process go with it and its children (unshare(2)).
// Blame::unavailable where that is denied.
Status enter_own_ipc();

uint64_t nanoseconds_now();

// Runs `work` in a process of its own, with its own IPC, and returns its error. What it measured it has put
// into pages that are shared.
Status on_stage(const std::function<Status()>& work);

}  // namespace harness

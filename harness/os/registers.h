// The few things that differ between processors when a stopped thread is changed.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/result.h"

namespace harness {

// At a seccomp stop: the call is skipped and returns -error. At a syscall-exit stop: its result becomes
// -error.
Status make_call_fail(pid_t tid, int error, bool is_entry);

// A software breakpoint: what was there before is returned, to be put back by clear_breakpoint.
Result<uint64_t> set_breakpoint(pid_t tid, uint64_t address);

// Puts the old code back and moves the thread, which has just hit the breakpoint, onto it.
Status clear_breakpoint(pid_t tid, uint64_t address, uint64_t before);

}  // namespace harness

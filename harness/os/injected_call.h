// Injected call: a system call that a stopped thread makes because its tracer wants it to, and then stands
// where it stood.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>

#include "base/result.h"
#include "os/registers.h"

namespace harness {

// Where the process has an instruction that makes system calls: in its vDSO, the kernel's own library, which
// every process has.
Result<uint64_t> find_call_instruction(pid_t pid);

// Has the thread, which stands outside of any call, make one, by a single step over `instruction`. What it
// returned; its registers are those after the call, so the caller puts back the ones that it wants.
Result<int64_t> step_over_call(pid_t tid, const RegisterSet& from, uint64_t instruction, long call,
                               const std::array<uint64_t, 6>& args);

// The whole of it, for a thread that is seized and stands anywhere: at a signal, at the exit of a call, or at
// the seccomp stop at the entry of one. That one is given up and entered again. No signal is delivered in
// between. Blame::unavailable: the thread has been killed, and its end is still to be waited for.
Result<int64_t> inject_call(pid_t pid, pid_t tid, long call, const std::array<uint64_t, 6>& args);

// The thread, which stands at the seccomp stop at the entry of a call, stands before the instruction that
// makes it: the call is given up, and made when the thread is let run. Signals that are pending come first.
Status rewind_entry(pid_t tid);

}  // namespace harness

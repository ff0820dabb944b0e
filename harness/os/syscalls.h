// System calls by name, and the seccomp filter that makes chosen ones stop for the tracer.
#pragma once

#include <linux/filter.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

// The number of a call on this architecture, or on another, as Program::architecture names it; an error with
// "did you mean" for a name that it does not have. Names that glibc offers but the kernel does not (select,
// send, mq_send) are refused with the name of the call that is made instead (facts: glibc does not call what
// you name).
Result<long> syscall_number(const std::string& name, const std::string& architecture = "");

// "futex", or "syscall 999" for a number that nobody knows.
std::string syscall_name(long number);

// Whether a call's first argument is the descriptor that it works on.
bool takes_descriptor(const std::string& name);

// A classic-BPF program: SECCOMP_RET_TRACE for the given calls, SECCOMP_RET_ALLOW for all others
// (seccomp(2)). RET_TRACE without a tracer is ENOSYS, so it is only for processes that are traced for life.
Result<std::vector<sock_filter>> trace_filter(const std::vector<long>& calls);

}  // namespace harness

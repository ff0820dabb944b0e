#include "os/registers.h"

#if defined(__x86_64__)

#include <sys/ptrace.h>
#include <sys/user.h>

#include <cstddef>

namespace harness {
namespace {

constexpr uint64_t kInt3 = 0xcc;

Status poke_register(pid_t tid, size_t offset, uint64_t value) {
  if (::ptrace(PTRACE_POKEUSER, tid, offset, value) != 0) return system_error("PTRACE_POKEUSER");
  return done();
}

}  // namespace

// seccomp(2): a tracer that sets the call number to -1 makes the kernel skip the call; rax then is its
// result.
Status make_call_fail(pid_t tid, int error, bool is_entry) {
  if (is_entry) TRY(poke_register(tid, offsetof(user_regs_struct, orig_rax), static_cast<uint64_t>(-1)));
  return poke_register(tid, offsetof(user_regs_struct, rax), static_cast<uint64_t>(-error));
}

Result<uint64_t> set_breakpoint(pid_t tid, uint64_t address) {
  errno = 0;
  const auto before = static_cast<uint64_t>(::ptrace(PTRACE_PEEKTEXT, tid, address, nullptr));
  if (errno != 0) return system_error("PTRACE_PEEKTEXT");
  if (::ptrace(PTRACE_POKETEXT, tid, address, (before & ~uint64_t{0xff}) | kInt3) != 0) {
    return system_error("PTRACE_POKETEXT");
  }
  return before;
}

Status clear_breakpoint(pid_t tid, uint64_t address, uint64_t before) {
  if (::ptrace(PTRACE_POKETEXT, tid, address, before) != 0) return system_error("PTRACE_POKETEXT");
  return poke_register(tid, offsetof(user_regs_struct, rip), address);
}

}  // namespace harness

#endif

#include "os/registers.h"

#if defined(__aarch64__)

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

namespace harness {
namespace {

constexpr uint64_t kBrk = 0xd4200000;  // brk #0, one instruction of four bytes

#ifndef NT_ARM_SYSTEM_CALL
constexpr int NT_ARM_SYSTEM_CALL = 0x404;
#endif

template <typename T>
Status set_registers(pid_t tid, int set, T value) {
  iovec part{&value, sizeof value};
  if (::ptrace(PTRACE_SETREGSET, tid, set, &part) != 0) return system_error("PTRACE_SETREGSET");
  return done();
}

}  // namespace

// The number of the call is a register set of its own; -1 makes the kernel skip the call, whose result is
// then what x0 holds. A set may be written in part: the first eight bytes of NT_PRSTATUS are x0.
Status make_call_fail(pid_t tid, int error, bool is_entry) {
  if (is_entry) TRY(set_registers(tid, NT_ARM_SYSTEM_CALL, int{-1}));
  return set_registers(tid, NT_PRSTATUS, static_cast<uint64_t>(-static_cast<int64_t>(error)));
}

// Writing code through ptrace makes the kernel bring the instruction cache up to date.
Result<uint64_t> set_breakpoint(pid_t tid, uint64_t address) {
  errno = 0;
  const auto before = static_cast<uint64_t>(::ptrace(PTRACE_PEEKTEXT, tid, address, nullptr));
  if (errno != 0) return system_error("PTRACE_PEEKTEXT");
  if (::ptrace(PTRACE_POKETEXT, tid, address, (before & ~uint64_t{0xffffffff}) | kBrk) != 0) {
    return system_error("PTRACE_POKETEXT");
  }
  return before;
}

// A thread that hit brk stands on it, not behind it as on x86: it needs no moving.
Status clear_breakpoint(pid_t tid, uint64_t address, uint64_t before) {
  if (::ptrace(PTRACE_POKETEXT, tid, address, before) != 0) return system_error("PTRACE_POKETEXT");
  return done();
}

}  // namespace harness

#endif

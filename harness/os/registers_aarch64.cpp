#include "os/registers.h"

#if defined(__aarch64__)

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <ucontext.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "os/exclusive_sequence.h"

namespace harness {
namespace {

constexpr uint32_t kAnyStoreExclusive = 0xc8027c01;  // stxr w2, x1, [x0]
constexpr uint64_t kBrk = 0xd4200000;                // brk #0, one instruction of four bytes

#ifndef NT_ARM_SYSTEM_CALL
constexpr int NT_ARM_SYSTEM_CALL = 0x404;
#endif

template <typename T>
Status set_registers(pid_t tid, int set, T value) {
  iovec part{&value, sizeof value};
  if (::ptrace(PTRACE_SETREGSET, tid, set, &part) != 0) return system_error("PTRACE_SETREGSET");
  return done();
}

user_regs_struct general(const RegisterSet& set) {
  user_regs_struct registers{};
  std::memcpy(&registers, set.bytes.data(), sizeof registers);
  return registers;
}

}  // namespace

// The number of the call is a register set of its own; -1 makes the kernel skip the call, whose result is
// then what x0 holds. A set may be written in part: the first eight bytes of NT_PRSTATUS are x0.
Status make_call_fail(pid_t tid, int error, bool is_entry) {
  if (is_entry) TRY(set_registers(tid, NT_ARM_SYSTEM_CALL, int{-1}));
  return set_registers(tid, NT_PRSTATUS, static_cast<uint64_t>(-static_cast<int64_t>(error)));
}

Status set_call_argument(pid_t tid, int index, uint64_t value) {
  ASSIGN_OR_RETURN(RegisterSet set, read_registers(tid));
  std::memcpy(set.bytes.data() + static_cast<size_t>(index) * sizeof value, &value, sizeof value);
  return write_registers(tid, set);
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

uint64_t program_counter(const RegisterSet& set) { return general(set).pc; }

void set_program_counter(RegisterSet& set, uint64_t address) {
  user_regs_struct registers = general(set);
  registers.pc = address;
  std::memcpy(set.bytes.data(), &registers, sizeof registers);
}

uint64_t breakpoint_hit(const RegisterSet& set) { return general(set).pc; }

uint64_t stack_pointer(const RegisterSet& set) { return general(set).sp; }

uint64_t call_number(const RegisterSet& set) { return general(set).regs[8]; }

uint64_t return_address(pid_t, const RegisterSet& set) { return general(set).regs[30]; }

uint64_t first_argument(const RegisterSet& set) { return general(set).regs[0]; }

uint64_t second_argument(const RegisterSet& set) { return general(set).regs[1]; }

bool makes_call(uint64_t code) { return (code & 0xffe0001f) == 0xd4000001; }  // svc

// Sequences are short: the architecture bounds what may lie between the load and the store.
std::vector<uint64_t> ends_of_unit(pid_t tid, uint64_t address) {
  if (ends_of_exclusive(std::array{static_cast<uint32_t>(code_at(tid, address)), kAnyStoreExclusive}, address)
          .empty())
    return {};
  std::array<uint32_t, 32> code{};
  for (size_t i = 0; i < code.size(); ++i) code[i] = static_cast<uint32_t>(code_at(tid, address + 4 * i));
  return ends_of_exclusive(code, address);
}

// The number of a call goes into x8, its arguments into x0 to x5.
RegisterSet set_up_call(RegisterSet set, uint64_t instruction, long call,
                        const std::array<uint64_t, 6>& args) {
  user_regs_struct registers{};
  std::memcpy(&registers, set.bytes.data(), sizeof registers);
  registers.pc = instruction;
  registers.regs[8] = static_cast<uint64_t>(call);
  for (size_t i = 0; i < args.size(); ++i) registers.regs[i] = args[i];
  std::memcpy(set.bytes.data(), &registers, sizeof registers);
  return set;
}

Result<RegisterSet> set_up_function(pid_t, RegisterSet set, uint64_t function, uint64_t argument,
                                    uint64_t back) {
  user_regs_struct registers = general(set);
  registers.sp = (registers.sp - 1024) & ~uint64_t{15};
  registers.pc = function;
  registers.regs[0] = argument;
  registers.regs[30] = back;
  std::memcpy(set.bytes.data(), &registers, sizeof registers);
  return set;
}

RegisterSet with_arguments(RegisterSet set, const std::array<uint64_t, 3>& arguments) {
  user_regs_struct registers = general(set);
  for (size_t i = 0; i < arguments.size(); ++i) registers.regs[i] = arguments[i];
  std::memcpy(set.bytes.data(), &registers, sizeof registers);
  return set;
}

// The number is in x8 and the first argument in x0 still; only pc lies behind the instruction.
RegisterSet before_call(RegisterSet at_entry) {
  user_regs_struct registers{};
  std::memcpy(&registers, at_entry.bytes.data(), sizeof registers);
  registers.pc -= call_instruction().size();
  std::memcpy(at_entry.bytes.data(), &registers, sizeof registers);
  return at_entry;
}

int64_t call_result(const RegisterSet& set) {
  user_regs_struct registers{};
  std::memcpy(&registers, set.bytes.data(), sizeof registers);
  return static_cast<int64_t>(registers.regs[0]);
}

// The frame of a handler is what it is told of the signal, and then the context that it interrupted.
bool will_return_interrupted(pid_t tid) {
  const auto set = read_registers(tid);
  if (!set) return false;
  const size_t result = offsetof(ucontext_t, uc_mcontext.regs);
  return static_cast<int64_t>(code_at(tid, general(*set).sp + sizeof(siginfo_t) + result)) == -EINTR;
}

std::string_view call_instruction() { return {"\x01\x00\x00\xd4", 4}; }  // svc #0

std::array<uint64_t, 6> fork_arguments(uint64_t flags, uint64_t child_tid) {
  return {flags, 0, 0, 0, child_tid, 0};
}

}  // namespace harness

#endif

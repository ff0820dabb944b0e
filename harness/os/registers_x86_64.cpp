#include "os/registers.h"

#if defined(__x86_64__)

#include <sys/ptrace.h>
#include <sys/user.h>
#include <ucontext.h>

#include <cerrno>
#include <cstring>

namespace harness {
namespace {

constexpr uint64_t kInt3 = 0xcc;

Status poke_register(pid_t tid, size_t offset, uint64_t value) {
  if (::ptrace(PTRACE_POKEUSER, tid, offset, value) != 0) return system_error("PTRACE_POKEUSER");
  return done();
}

user_regs_struct general(const RegisterSet& set) {
  user_regs_struct registers{};
  std::memcpy(&registers, set.bytes.data(), sizeof registers);
  return registers;
}

}  // namespace

// seccomp(2): a tracer that sets the call number to -1 makes the kernel skip the call; rax then is its
// result.
Status make_call_fail(pid_t tid, int error, bool is_entry) {
  if (is_entry) TRY(poke_register(tid, offsetof(user_regs_struct, orig_rax), static_cast<uint64_t>(-1)));
  return poke_register(tid, offsetof(user_regs_struct, rax), static_cast<uint64_t>(-error));
}

Status set_call_argument(pid_t tid, int index, uint64_t value) {
  constexpr size_t kPlaces[] = {offsetof(user_regs_struct, rdi), offsetof(user_regs_struct, rsi),
                                offsetof(user_regs_struct, rdx), offsetof(user_regs_struct, r10),
                                offsetof(user_regs_struct, r8),  offsetof(user_regs_struct, r9)};
  return poke_register(tid, kPlaces[index], value);
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

uint64_t program_counter(const RegisterSet& set) { return general(set).rip; }

void set_program_counter(RegisterSet& set, uint64_t address) {
  user_regs_struct registers = general(set);
  registers.rip = address;
  std::memcpy(set.bytes.data(), &registers, sizeof registers);
}

uint64_t stack_pointer(const RegisterSet& set) { return general(set).rsp; }

uint64_t call_number(const RegisterSet& set) { return general(set).rax; }

// A thread that hit int3 stands behind it.
uint64_t breakpoint_hit(const RegisterSet& set) { return general(set).rip - 1; }

uint64_t return_address(pid_t tid, const RegisterSet& set) { return code_at(tid, general(set).rsp); }

uint64_t first_argument(const RegisterSet& set) { return general(set).rdi; }

uint64_t second_argument(const RegisterSet& set) { return general(set).rsi; }

bool makes_call(uint64_t code) {
  const uint64_t first_two = code & 0xffff;
  return first_two == 0x050f || first_two == 0x340f || first_two == 0x80cd;  // syscall, sysenter, int 0x80
}

std::vector<uint64_t> ends_of_unit(pid_t, uint64_t) { return {}; }

// orig_rax of -1 tells the kernel that the thread is in no call, so that it restarts none.
RegisterSet set_up_call(RegisterSet set, uint64_t instruction, long call,
                        const std::array<uint64_t, 6>& args) {
  user_regs_struct registers{};
  std::memcpy(&registers, set.bytes.data(), sizeof registers);
  registers.rip = instruction;
  registers.rax = static_cast<uint64_t>(call);
  registers.orig_rax = static_cast<uint64_t>(-1);
  registers.rdi = args[0];
  registers.rsi = args[1];
  registers.rdx = args[2];
  registers.r10 = args[3];
  registers.r8 = args[4];
  registers.r9 = args[5];
  std::memcpy(set.bytes.data(), &registers, sizeof registers);
  return set;
}

// The return address lies on the stack, which is aligned to 16 bytes before the call.
Result<RegisterSet> set_up_function(pid_t tid, RegisterSet set, uint64_t function, uint64_t argument,
                                    uint64_t back) {
  constexpr uint64_t kBelowStack = 1024;  // more than the red zone of 128 bytes
  user_regs_struct registers = general(set);
  registers.rsp = ((registers.rsp - kBelowStack) & ~uint64_t{15}) - sizeof back;
  if (::ptrace(PTRACE_POKEDATA, tid, registers.rsp, back) != 0) return system_error("PTRACE_POKEDATA");
  registers.rip = function;
  registers.rdi = argument;
  registers.orig_rax = static_cast<uint64_t>(-1);
  std::memcpy(set.bytes.data(), &registers, sizeof registers);
  return set;
}

RegisterSet with_arguments(RegisterSet set, const std::array<uint64_t, 3>& arguments) {
  user_regs_struct registers = general(set);
  registers.rdi = arguments[0];
  registers.rsi = arguments[1];
  registers.rdx = arguments[2];
  std::memcpy(set.bytes.data(), &registers, sizeof registers);
  return set;
}

// At the entry rax holds -ENOSYS already, and rip lies behind the instruction.
RegisterSet before_call(RegisterSet at_entry) {
  user_regs_struct registers{};
  std::memcpy(&registers, at_entry.bytes.data(), sizeof registers);
  registers.rip -= call_instruction().size();
  registers.rax = registers.orig_rax;
  registers.orig_rax = static_cast<uint64_t>(-1);
  std::memcpy(at_entry.bytes.data(), &registers, sizeof registers);
  return at_entry;
}

int64_t call_result(const RegisterSet& set) {
  user_regs_struct registers{};
  std::memcpy(&registers, set.bytes.data(), sizeof registers);
  return static_cast<int64_t>(registers.rax);
}

// The frame of a handler is the address that it returns to, and then the context that it interrupted.
bool will_return_interrupted(pid_t tid) {
  const auto set = read_registers(tid);
  if (!set) return false;
  const size_t result = offsetof(ucontext_t, uc_mcontext.gregs) + REG_RAX * sizeof(greg_t);
  return static_cast<int64_t>(code_at(tid, general(*set).rsp + sizeof(uint64_t) + result)) == -EINTR;
}

std::string_view call_instruction() { return "\x0f\x05"; }

std::array<uint64_t, 6> fork_arguments(uint64_t flags, uint64_t child_tid) {
  return {flags, 0, 0, child_tid, 0, 0};
}

}  // namespace harness

#endif

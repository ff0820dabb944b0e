// The few things that differ between processors when a stopped thread is changed.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace harness {

// At a seccomp stop: the call is skipped and returns -error. At a syscall-exit stop: its result becomes
// -error.
Status make_call_fail(pid_t tid, int error, bool is_entry);

// Changes an argument (0 to 5) of the call at whose entry or exit the thread stands. Not argument 0 at an
// exit: there it holds the result on some processors.
Status set_call_argument(pid_t tid, int index, uint64_t value);

// A software breakpoint: what was there before is returned, to be put back by clear_breakpoint.
Result<uint64_t> set_breakpoint(pid_t tid, uint64_t address);

// Puts the old code back and moves the thread, which has just hit the breakpoint, onto it.
Status clear_breakpoint(pid_t tid, uint64_t address, uint64_t before);

// The general registers of a stopped thread, in the kernel's own form (NT_PRSTATUS).
struct RegisterSet {
  alignas(8) std::array<unsigned char, 512> bytes{};
  size_t size = 0;
};

Result<RegisterSet> read_registers(pid_t tid);
Status write_registers(pid_t tid, const RegisterSet& set);

// Where the thread is: the instruction that it executes next.
uint64_t program_counter(const RegisterSet& set);
void set_program_counter(RegisterSet& set, uint64_t address);

// Its stack pointer; and of a thread before an instruction that makes a system call, which one.
uint64_t stack_pointer(const RegisterSet& set);
uint64_t call_number(const RegisterSet& set);

// Of a thread that has just hit a breakpoint: the breakpoint's address.
uint64_t breakpoint_hit(const RegisterSet& set);

// Of a thread before the first instruction of a function: where it returns to, and its first argument.
uint64_t return_address(pid_t tid, const RegisterSet& set);
uint64_t first_argument(const RegisterSet& set);

// The second argument of the function, or of the system call that it is about to make; the first is the same.
uint64_t second_argument(const RegisterSet& set);

// The machine code at an address, 0 when it cannot be read.
uint64_t code_at(pid_t tid, uint64_t address);

// Takes a breakpoint away and leaves the thread where it is.
Status restore_code(pid_t tid, uint64_t address, uint64_t before);

// Whether the code begins with an instruction that makes a system call, in which the thread may sleep.
bool makes_call(uint64_t code);

// Where a thread comes out of the instructions from `address` on that must not be taken apart
// (os/exclusive_sequence.h); empty where a single step is right.
std::vector<uint64_t> ends_of_unit(pid_t tid, uint64_t address);

// The same thread about to make a system call by the instruction that lies at `instruction`.
RegisterSet set_up_call(RegisterSet set, uint64_t instruction, long call,
                        const std::array<uint64_t, 6>& args);

// The same thread at the entry of a function, called with one argument, which returns to `back`. Its stack
// below what is in use is written to.
Result<RegisterSet> set_up_function(pid_t tid, RegisterSet set, uint64_t function, uint64_t argument,
                                    uint64_t back);

// Of a thread at the entry of a function: the same with other arguments.
RegisterSet with_arguments(RegisterSet set, const std::array<uint64_t, 3>& arguments);

// Of a thread that stands at the seccomp stop at the entry of a call: the same thread about to make that
// call.
RegisterSet before_call(RegisterSet at_entry);

// What that call returned, once it has.
int64_t call_result(const RegisterSet& set);

// Of a thread before the first instruction of a signal handler: whether the call that the signal interrupted
// says EINTR when the handler has returned; else it is made again.
bool will_return_interrupted(pid_t tid);

// The machine code of the instruction that makes a system call.
std::string_view call_instruction();

// The arguments of clone(2), whose order differs, for a fork that writes its thread id to `child_tid`.
std::array<uint64_t, 6> fork_arguments(uint64_t flags, uint64_t child_tid);

}  // namespace harness

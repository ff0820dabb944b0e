#include "os/injected_call.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "os/procfs.h"

namespace harness {
namespace {

constexpr size_t kVdsoSize = 4096;  // of it, the part that is searched
constexpr int kCallStop = SIGTRAP | 0x80;

// What ended is left for others to reap.
Result<int> wait_for_stop(pid_t tid) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(tid), &info, WEXITED | WSTOPPED | __WALL | WNOWAIT) != 0) {
    if (errno != EINTR) return system_error("waitid");
  }
  if (info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED)
    return unavailable("it was killed while it stood at its point");
  int status = 0;
  if (::waitpid(tid, &status, __WALL) < 0) return system_error("waitpid");
  return status;
}

// Goes on until the stop that is wanted: an event of ptrace(2), or 0 and a signal. What else stops it on the
// way, a call that its filter picks for instance, is none of our business.
Status run_to(pid_t tid, int request, int event, int signal) {
  for (;;) {
    if (::ptrace(static_cast<__ptrace_request>(request), tid, nullptr, nullptr) != 0)
      return system_error("ptrace");
    ASSIGN_OR_RETURN(const int status, wait_for_stop(tid));
    if (status >> 16 == event && (event != 0 || WSTOPSIG(status) == signal)) return done();
  }
}

bool stands_at_entry(pid_t tid) {
  __ptrace_syscall_info info{};
  const auto request = static_cast<__ptrace_request>(PTRACE_GET_SYSCALL_INFO);
  return ::ptrace(request, tid, sizeof info, &info) > 0 && info.op == PTRACE_SYSCALL_INFO_SECCOMP;
}

// Keeps all signals but the single step's own away; puts the mask back in the end.
class QuietSignals {
 public:
  explicit QuietSignals(pid_t tid) : tid_(tid) {
    is_set_ = get(before_) && set(~uint64_t{0} & ~(uint64_t{1} << (SIGTRAP - 1)));
  }
  QuietSignals(const QuietSignals&) = delete;
  QuietSignals& operator=(const QuietSignals&) = delete;
  ~QuietSignals() {
    if (is_set_) set(before_);
  }

 private:
  bool get(uint64_t& mask) const {
    return ::ptrace(static_cast<__ptrace_request>(PTRACE_GETSIGMASK), tid_, sizeof mask, &mask) == 0;
  }
  bool set(uint64_t mask) const {
    return ::ptrace(static_cast<__ptrace_request>(PTRACE_SETSIGMASK), tid_, sizeof mask, &mask) == 0;
  }

  pid_t tid_;
  uint64_t before_ = 0;
  bool is_set_ = false;
};

}  // namespace

Result<uint64_t> find_call_instruction(pid_t pid) {
  const uint64_t library = auxiliary_value(pid, AT_SYSINFO_EHDR);
  std::string code(kVdsoSize, '\0');
  if (library == 0 || !read_memory(pid, library, code.data(), code.size()))
    return unavailable("it has no vDSO");
  const size_t at = code.find(call_instruction());
  if (at == std::string::npos) return unavailable("its vDSO makes no system call");
  return library + at;
}

Result<int64_t> step_over_call(pid_t tid, const RegisterSet& from, uint64_t instruction, long call,
                               const std::array<uint64_t, 6>& args) {
  TRY(write_registers(tid, set_up_call(from, instruction, call, args)));
  TRY(run_to(tid, PTRACE_SINGLESTEP, 0, SIGTRAP));
  ASSIGN_OR_RETURN(const RegisterSet after, read_registers(tid));
  return call_result(after);
}

Status rewind_entry(pid_t tid) {
  ASSIGN_OR_RETURN(const RegisterSet standing, read_registers(tid));
  TRY(make_call_fail(tid, EINTR, true));
  TRY(run_to(tid, PTRACE_SYSCALL, 0, kCallStop));
  return write_registers(tid, before_call(standing));
}

Result<int64_t> inject_call(pid_t pid, pid_t tid, long call, const std::array<uint64_t, 6>& args) {
  ASSIGN_OR_RETURN(const uint64_t instruction, find_call_instruction(pid));
  ASSIGN_OR_RETURN(const RegisterSet standing, read_registers(tid));
  const QuietSignals quiet(tid);
  if (!stands_at_entry(tid)) {
    ASSIGN_OR_RETURN(const int64_t result, step_over_call(tid, standing, instruction, call, args));
    TRY(write_registers(tid, standing));
    return result;
  }
  TRY(make_call_fail(tid, EINTR, true));
  TRY(run_to(tid, PTRACE_SYSCALL, 0, kCallStop));
  ASSIGN_OR_RETURN(const int64_t result, step_over_call(tid, standing, instruction, call, args));
  TRY(write_registers(tid, before_call(standing)));
  TRY(run_to(tid, PTRACE_CONT, PTRACE_EVENT_SECCOMP, 0));
  return result;
}

}  // namespace harness

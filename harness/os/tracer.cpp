#include "os/tracer.h"

#include <elf.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "os/files.h"
#include "os/injected_call.h"
#include "os/procfs.h"
#include "os/program.h"
#include "os/registers.h"

namespace harness {
namespace {

std::optional<__ptrace_syscall_info> call_info(pid_t tid) {
  __ptrace_syscall_info info{};
  if (::ptrace(static_cast<__ptrace_request>(PTRACE_GET_SYSCALL_INFO), tid, sizeof info, &info) <= 0) {
    return std::nullopt;
  }
  return info;
}

pid_t event_message(pid_t tid) {
  unsigned long message = 0;
  ::ptrace(PTRACE_GETEVENTMSG, tid, nullptr, &message);
  return static_cast<pid_t>(message);
}

void on_child_signal(int) {}

// SIGCHLD interrupts ppoll in Tracer::wait and nothing else.
void catch_child_signal() {
  struct sigaction action {};
  action.sa_handler = on_child_signal;
  ::sigaction(SIGCHLD, &action, nullptr);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
}

}  // namespace

bool will_restart(int64_t result) { return result <= -512 && result >= -516; }

std::vector<long> alarm_calls() {
  std::vector<long> calls = {SYS_setitimer};
#ifdef SYS_alarm
  calls.push_back(SYS_alarm);
#endif
  return calls;
}

Result<pid_t> Tracer::start(int role, const Launch& order, uint64_t entry, uint64_t main,
                            std::set<long> calls, std::set<long> exits) {
  catch_child_signal();
  CHECK(order.traced == traced_) << order.program;
  calls_[role] = std::move(calls);
  exits_[role] = std::move(exits);
  Launch launched = order;
  Fd listener;
  if (!traced_ && !order.filter.empty()) launched.listener = &listener;
  auto child = launch(launched);
  if (!child) return child;
  if (listener.is_open()) notifier_.add(role, *child, std::move(listener));
  processes_[*child] = Process{.role = role, .threads = 1};
  tasks_[*child] = TaskState{.pid = *child};
  if (traced_) {
    next_main_ = {entry, main};
    set_main_breakpoint(*child, processes_[*child]);
    continues(*child, PTRACE_CONT, 0);
  }
  return child;
}

void Tracer::take_over(int role, pid_t pid, std::set<long> calls, std::set<long> exits) {
  catch_child_signal();
  calls_[role] = std::move(calls);
  exits_[role] = std::move(exits);
  processes_[pid] = Process{.role = role, .counting = true, .threads = 1};
  tasks_[pid] = TaskState{.pid = pid};
  continues(pid, PTRACE_CONT, 0);
}

// The load address of a position-independent program is where the kernel says that its entry is, less
// e_entry.
void Tracer::set_main_breakpoint(pid_t tid, Process& process) {
  process.counting = false;
  process.breakpoint = 0;
  if (!next_main_) {
    const auto program = inspect_program("/proc/" + std::to_string(tid) + "/exe");
    if (program && program->is_elf) next_main_ = {program->entry, program->main};
  }
  if (next_main_ && next_main_->second != 0) {
    const uint64_t address = auxiliary_value(tid, AT_ENTRY) - next_main_->first + next_main_->second;
    if (const auto before = set_breakpoint(tid, address)) {
      process.breakpoint = address;
      process.replaced = *before;
    }
  }
  next_main_.reset();
  if (process.breakpoint == 0) {
    process.counting = true;
    process.is_main_known = false;
  }
}

bool Tracer::counts_from_main(pid_t pid) const {
  const auto process = processes_.find(pid);
  return process == processes_.end() || process->second.is_main_known;
}

Stop Tracer::stop_of(Stop::Kind kind, pid_t tid) const {
  Stop stop{.kind = kind, .tid = tid};
  if (const auto task = tasks_.find(tid); task != tasks_.end()) {
    stop.pid = task->second.pid;
    if (const auto process = processes_.find(stop.pid); process != processes_.end())
      stop.role = process->second.role;
  }
  stop.is_thread = stop.pid != tid;
  return stop;
}

bool Tracer::wait(int64_t timeout_ns, int interrupt) {
  sigset_t all_open;
  ::sigprocmask(SIG_BLOCK, nullptr, &all_open);
  sigdelset(&all_open, SIGCHLD);
  const timespec timeout{timeout_ns / 1'000'000'000, timeout_ns % 1'000'000'000};
  std::vector<pollfd> descriptors = {{interrupt, POLLIN, 0}};  // one below 0 is passed over: poll(2)
  for (const int listener : notifier_.descriptors()) descriptors.push_back({listener, POLLIN, 0});
  const int count = ::ppoll(descriptors.data(), descriptors.size(), &timeout, &all_open);
  return count > 0 && descriptors.front().revents != 0;
}

std::optional<Stop> Tracer::poll() {
  for (;;) {
    if (!ready_.empty()) {
      const Stop stop = ready_.front();
      ready_.pop_front();
      return stop;
    }
    int status = 0;
    const pid_t tid = ::waitpid(-1, &status, __WALL | WNOHANG | (traced_ ? 0 : WUNTRACED));
    if (tid <= 0) {
      adopt_waiting();
      return notified();
    }
    if (std::optional<Stop> stop = traced_ ? interpret(tid, status) : untraced_status(tid, status))
      return stop;
  }
}

std::optional<Stop> Tracer::interpret(pid_t tid, int status) {
  if (WIFEXITED(status) || WIFSIGNALED(status)) return on_end(tid, status);
  if (!WIFSTOPPED(status)) return std::nullopt;
  if (tasks_.count(tid) == 0) {
    unknown_[tid] = status;
    return std::nullopt;
  }
  tasks_[tid].held = true;
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (event != 0) return on_ptrace_event(tid, event, signal);
  if (signal == (SIGTRAP | 0x80)) return on_call_exit(tid);
  if (signal == SIGTRAP) return on_trap(tid);
  if (signal == SIGALRM) {
    Process& process = processes_[tasks_[tid].pid];
    process.is_alarm_set = process.is_alarm_set && process.alarm_repeats;
  }
  Stop stop = stop_of(signal == SIGSTOP ? Stop::Kind::parked : Stop::Kind::signal, tid);
  stop.signal = signal;
  return stop;
}

std::optional<Stop> Tracer::on_ptrace_event(pid_t tid, int event, int signal) {
  switch (event) {
    case PTRACE_EVENT_SECCOMP:
      return on_seccomp(tid);
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
      on_new_task(tid, event == PTRACE_EVENT_CLONE);
      go_on(tid);
      return std::nullopt;
    case PTRACE_EVENT_EXEC:
      return on_exec(tid);
    case PTRACE_EVENT_EXIT: {
      tasks_[tid].is_ending = true;
      Stop stop = stop_of(Stop::Kind::ending, tid);
      stop.nth = steps_of(tid).value_or(0);
      if (tasks_[tid].steps) stop.trail = tasks_[tid].steps->trail;
      return stop;
    }
    case PTRACE_EVENT_STOP:
      // A group-stop carries the stopping signal: stay in it until SIGCONT (ptrace(2), PTRACE_LISTEN).
      // SIGTRAP is a new task's first stop, or the end of a group-stop: run.
      tasks_[tid].in_group_stop = signal != SIGTRAP;
      if (signal == SIGTRAP) {
        go_on(tid);
      } else {
        ::ptrace(PTRACE_LISTEN, tid, nullptr, nullptr);
      }
      return std::nullopt;
    default:
      go_on(tid);
      return std::nullopt;
  }
}

std::optional<Stop> Tracer::on_seccomp(pid_t tid) {
  TaskState& task = tasks_[tid];
  Process& process = processes_[task.pid];
  const auto info = call_info(tid);
  if (!info || info->op != PTRACE_SYSCALL_INFO_SECCOMP) {
    go_on(tid);
    return std::nullopt;
  }
  Stop stop = stop_of(Stop::Kind::call_enter, tid);
  stop.call = static_cast<long>(info->seccomp.nr);
  std::copy(std::begin(info->seccomp.args), std::end(info->seccomp.args), stop.args.begin());
  note_alarm(tid, process, stop.call, stop.args);
  const bool is_wanted = calls_[process.role].count(stop.call) != 0;
  const bool is_same_call = task.restarting && task.call == stop.call;
  task.restarting = task.at_handler = false;
  task.call = stop.call;
  task.args = stop.args;
  if (!is_same_call) task.return_wanted = false;
  if (!process.counting || !is_wanted) {
    go_on(tid);
    return std::nullopt;
  }
  task.in_call = exits_[process.role].count(stop.call) != 0 || task.return_wanted || task.undo;
  if (is_same_call) {
    task.in_call ? (void)continues(tid, PTRACE_SYSCALL, 0) : go_on(tid);
    return std::nullopt;
  }
  return stop;
}

std::optional<Stop> Tracer::on_call_exit(pid_t tid) {
  TaskState& task = tasks_[tid];
  task.in_call = false;
  if (task.steps) task.steps->is_at_instruction = task.steps->breakpoints.empty() && task.steps->has_begun;
  const auto info = call_info(tid);
  const bool has_returned = info && info->op == PTRACE_SYSCALL_INFO_EXIT && !will_restart(info->exit.rval);
  if (has_returned && task.undo) {
    [[maybe_unused]] const Status undone = undo_transfer(tid, *task.undo);  // fails only when it has died
    task.undo.reset();
    const bool is_wanted = exits_[processes_[task.pid].role].count(task.call) != 0 || task.return_wanted;
    if (!is_wanted) {
      go_on(tid);
      return std::nullopt;
    }
  }
  if (!info || info->op != PTRACE_SYSCALL_INFO_EXIT) {
    go_on(tid);
    return std::nullopt;
  }
  if (will_restart(info->exit.rval)) {
    task.restarting = true;
    if (!task.return_wanted) {
      go_on(tid);
      return std::nullopt;
    }
  }
  task.return_wanted = false;
  Stop stop = stop_of(Stop::Kind::call_exit, tid);
  stop.call = task.call;
  stop.result = info->exit.rval;
  return stop;
}

std::optional<Stop> Tracer::on_trap(pid_t tid) {
  Process& process = processes_[tasks_[tid].pid];
  siginfo_t info{};
  ::ptrace(PTRACE_GETSIGINFO, tid, nullptr, &info);
  const bool is_breakpoint = info.si_code == SI_KERNEL || info.si_code == TRAP_BRKPT;
  if (process.breakpoint != 0 && is_breakpoint && !process.counting) {
    if (!clear_breakpoint(tid, process.breakpoint, process.replaced)) return stop_of(Stop::Kind::signal, tid);
    process.breakpoint = 0;
    process.counting = true;
    return stop_of(Stop::Kind::at_main, tid);
  }
  if (is_breakpoint && is_anothers_breakpoint(tid)) return std::nullopt;
  if (tasks_[tid].at_handler) return on_handler(tid);
  // A step over a system call is told with a code of the kernel on x86-64, and on arm64 (the kernel's generic
  // user_single_step_report, linux/ptrace.h) with SI_USER of no process.
  const bool is_from_kernel = info.si_code > 0 || (info.si_code == SI_USER && info.si_pid == 0);
  if (tasks_[tid].steps && is_from_kernel) return on_step_trap(tid, is_breakpoint);
  Stop stop = stop_of(Stop::Kind::signal, tid);
  stop.signal = SIGTRAP;
  return stop;
}

// execve(2) of a multithreaded process: every other thread is gone, and the one that called it takes the
// leader's id.
std::optional<Stop> Tracer::on_exec(pid_t tid) {
  const pid_t former = event_message(tid);
  const pid_t pid = tasks_[tid].pid;
  if (former != tid && former != 0) tasks_.erase(former);
  Process& process = processes_[pid];
  process.threads = 1;
  process.is_alarm_set = process.is_alarm_set && process.alarm_repeats;
  tasks_[tid] = TaskState{.pid = pid, .held = true};
  next_main_.reset();
  set_main_breakpoint(tid, process);
  return stop_of(Stop::Kind::executed, tid);
}

void Tracer::on_new_task(pid_t parent, bool is_clone) {
  const pid_t child = event_message(parent);
  if (child == 0 || tasks_.count(child) != 0) return;
  const pid_t parent_pid = tasks_[parent].pid;
  const std::string group = is_clone ? status_line(child, "Tgid") : std::to_string(child);
  const pid_t pid = group.empty() ? child : std::atoi(group.c_str());
  const Process& process = processes_[parent_pid];
  adopt(child, pid, process.role, process.counting);
}

// Returns true when the task had already stopped, and so was let run.
bool Tracer::adopt(pid_t tid, pid_t pid, int role, bool counting) {
  if (processes_.count(pid) == 0) processes_[pid] = Process{.role = role, .counting = counting};
  ++processes_[pid].threads;
  tasks_[tid] = TaskState{.pid = pid};
  ready_.push_back(stop_of(Stop::Kind::new_task, tid));
  const auto stopped = unknown_.find(tid);
  if (stopped == unknown_.end()) return false;
  const int status = stopped->second;
  unknown_.erase(stopped);
  if (auto stop = interpret(tid, status)) ready_.push_back(*stop);
  return true;
}

bool Tracer::adopt_by_procfs(pid_t tid) {
  const pid_t pid = std::atoi(status_line(tid, "Tgid").c_str());
  const pid_t parent = std::atoi(status_line(tid, "PPid").c_str());
  for (const pid_t relative : {pid, parent}) {
    if (const auto process = processes_.find(relative); process != processes_.end()) {
      const Process found = process->second;
      return adopt(tid, pid == 0 ? tid : pid, found.role, found.counting);
    }
  }
  return false;
}

// A task whose parent died between the fork and its event is found by its parentage.
void Tracer::adopt_waiting() {
  std::vector<pid_t> waiting;
  for (const auto& [tid, status] : unknown_) waiting.push_back(tid);
  for (const pid_t tid : waiting) adopt_by_procfs(tid);
}

std::optional<Stop> Tracer::on_end(pid_t tid, int status) {
  unknown_.erase(tid);
  if (tasks_.count(tid) == 0) return std::nullopt;
  Stop stop = stop_of(Stop::Kind::ended, tid);
  stop.by_signal = WIFSIGNALED(status);
  if (stop.by_signal) stop.signal = WTERMSIG(status);
  if (WIFEXITED(status)) stop.exit_code = WEXITSTATUS(status);
  tasks_.erase(tid);
  if (!stop.is_thread) {
    processes_.erase(stop.pid);
    notifier_.forget(stop.pid);
  }
  return stop;
}

void Tracer::note_alarm(pid_t tid, Process& process, long call, const std::array<uint64_t, 6>& args) {
#ifdef SYS_alarm
  if (call == SYS_alarm) {
    process.is_alarm_set = args[0] != 0;
    process.alarm_repeats = false;
    return;
  }
#endif
  if (call != SYS_setitimer || args[0] != ITIMER_REAL) return;
  itimerval value{};
  if (!read_memory(tid, args[1], &value, sizeof value)) return;
  process.is_alarm_set = value.it_value.tv_sec != 0 || value.it_value.tv_usec != 0;
  process.alarm_repeats = value.it_interval.tv_sec != 0 || value.it_interval.tv_usec != 0;
}

bool Tracer::continues(pid_t tid, int request, int signal) {
  if (const auto task = tasks_.find(tid); task != tasks_.end()) task->second.held = false;
  return ::ptrace(static_cast<__ptrace_request>(request), tid, nullptr, signal) == 0;
}

void Tracer::resume(pid_t tid, int signal) {
  // A SIGCONT more than are needed would take a SIGSTOP with it that is on its way (signal(7)): that by which
  // LeakSanitizer attaches to a program that ends, for example, which then waits for ever.
  if (notifier_.let_run(tid)) return;
  const auto task = tasks_.find(tid);
  if (task == tasks_.end()) return;
  if (!traced_) {
    task->second.held = false;
    ::kill(tid, signal == 0 ? SIGCONT : signal);
    return;
  }
  if (is_handler_asked_for(tid, signal)) {
    task->second.at_handler = true;
    continues(tid, PTRACE_SINGLESTEP, signal);
  } else if (task->second.in_call) {
    continues(tid, PTRACE_SYSCALL, signal);
  } else {
    go_on(tid, signal);
  }
}

// A skipped call still stops at its exit when resumed by PTRACE_SYSCALL; nobody wants that stop.
Status Tracer::fail_call(pid_t tid, int error, bool is_entry) {
  if (notifier_.holds(tid)) return notifier_.fail(tid, error);
  if (!traced_) return unavailable("failing a system call needs ptrace, which is denied here");
  if (is_entry) tasks_[tid].in_call = false;
  return make_call_fail(tid, error, is_entry);
}

Result<ShorterTransfer> Tracer::shorten_call(pid_t tid, size_t bytes) {
  if (!traced_) return unavailable("a short transfer needs ptrace, which is denied here");
  TaskState& task = tasks_[tid];
  ASSIGN_OR_RETURN(ShorterTransfer shorter, shorten_transfer(task.pid, tid, task.call, task.args, bytes));
  task.undo = shorter.undo;
  task.in_call = true;
  return shorter;
}

Result<int64_t> Tracer::make_call(pid_t tid, long call, const std::array<uint64_t, 6>& args) {
  if (!traced_) return unavailable("a call of ours in a process needs ptrace, which is denied here");
  const auto task = tasks_.find(tid);
  if (task == tasks_.end()) return unavailable("it has ended");
  return inject_call(task->second.pid, tid, call, args);
}

Status Tracer::rewind_call(pid_t tid) {
  tasks_[tid].in_call = false;
  TRY(rewind_entry(tid));
  return continues(tid, PTRACE_CONT, 0) ? done() : system_error("ptrace");
}

void Tracer::watch_return(pid_t tid) {
  TaskState& task = tasks_[tid];
  task.return_wanted = task.in_call = true;
}

void Tracer::let_stop(pid_t tid) {
  if (traced_) continues(tid, PTRACE_CONT, SIGSTOP);
}

std::vector<Tracer::Task> Tracer::tasks() const {
  std::vector<Task> all;
  for (const auto& [tid, state] : tasks_) {
    const auto process = processes_.find(state.pid);
    const bool has_process = process != processes_.end();
    all.push_back({.tid = tid,
                   .pid = state.pid,
                   .role = has_process ? process->second.role : -1,
                   .held = state.held || state.in_group_stop,
                   .is_alarm_set = has_process && process->second.is_alarm_set});
  }
  if (traced_) return all;
  add_untraced(all);
  for (Task& task : all) task.held = task.held || notifier_.holds(task.tid);
  return all;
}

}  // namespace harness

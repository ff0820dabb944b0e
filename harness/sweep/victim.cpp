#include "sweep/victim.h"

#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <utility>

#include "os/clock.h"

namespace harness {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
int64_t patience_ns = 10 * kSecond;

void wake(int) {}  // only ends a wait

void set_timer(long microseconds) {
  const timeval interval{.tv_sec = 0, .tv_usec = microseconds};
  const itimerval timer{.it_interval = interval, .it_value = interval};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

TraceStop arrival_of(int status) {
  if (WIFEXITED(status)) return {.kind = TraceStop::Kind::ended, .status = WEXITSTATUS(status)};
  if (WIFSIGNALED(status)) return {.kind = TraceStop::Kind::ended, .signal = WTERMSIG(status)};
  if (const int event = status >> 16; event != 0) return {.kind = TraceStop::Kind::event, .event = event};
  if (WSTOPSIG(status) == SIGTRAP) return {.kind = TraceStop::Kind::trap};
  return {.kind = TraceStop::Kind::signal, .signal = WSTOPSIG(status)};
}

}  // namespace

TracePatience::TracePatience(int seconds) {
  patience_ns = seconds * kSecond;
  struct sigaction action {};
  action.sa_handler = wake;  // without SA_RESTART
  ::sigaction(SIGALRM, &action, nullptr);
  set_timer(100'000);
}

TracePatience::~TracePatience() {
  set_timer(0);
  ::signal(SIGALRM, SIG_DFL);
}

TraceStop await(pid_t pid, int options) {
  int status = 0;
  int64_t since = 0;
  while (::waitpid(pid, &status, __WALL | options) < 0) {
    if (errno != EINTR) return {.kind = TraceStop::Kind::ended, .status = -1};
    if (since == 0) since = now_ns();
    if (now_ns() - since > patience_ns) return {.kind = TraceStop::Kind::too_long};
  }
  return arrival_of(status);
}

std::string describe(const TraceStop& arrival) {
  switch (arrival.kind) {
    case TraceStop::Kind::trap:
      return "it stopped";
    case TraceStop::Kind::signal:
      return std::string("it got ") + ::strsignal(arrival.signal);
    case TraceStop::Kind::event:
      return arrival.event == PTRACE_EVENT_EXEC ? "it executed another program"
                                                : "it started a process or a thread";
    case TraceStop::Kind::ended:
      if (arrival.signal != 0) return std::string("it was ended by a signal: ") + ::strsignal(arrival.signal);
      return "it ended with status " + std::to_string(arrival.status);
    case TraceStop::Kind::too_long:
      return "it slept or went round for more than " + std::to_string(patience_ns / kSecond) + " s";
  }
  return "";
}

SweptProcess::SweptProcess(SweptProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

SweptProcess::~SweptProcess() { kill(); }

pid_t SweptProcess::release() { return std::exchange(pid_, -1); }

void SweptProcess::kill() {
  if (pid_ <= 0) return;
  kill_and_reap(pid_);
  pid_ = -1;
}

Result<TraceStop> SweptProcess::go_on(int request) {
  for (long signal = 0;;) {
    if (::ptrace(static_cast<__ptrace_request>(request), pid_, nullptr, signal) != 0)
      return system_error("ptrace");
    const TraceStop arrival = await(pid_);
    signal = 0;
    if (arrival.kind == TraceStop::Kind::signal) {
      signal = arrival.signal;
      continue;
    }
    if (arrival.kind == TraceStop::Kind::event && arrival.event == PTRACE_EVENT_EXIT) continue;
    if (arrival.kind == TraceStop::Kind::event) return unavailable("in the region " + describe(arrival));
    if (arrival.kind == TraceStop::Kind::ended) pid_ = -1;
    return arrival;
  }
}

Result<TraceStop> SweptProcess::step() { return go_on(PTRACE_SINGLESTEP); }
Result<TraceStop> SweptProcess::run() { return go_on(PTRACE_CONT); }

Result<bool> SweptProcess::run_to(uint64_t address) {
  ASSIGN_OR_RETURN(const RegisterSet standing, read_registers(pid_));
  if (program_counter(standing) == address) {
    ASSIGN_OR_RETURN(const TraceStop stepped, step());
    if (stepped.kind != TraceStop::Kind::trap) return false;
  }
  ASSIGN_OR_RETURN(const uint64_t before, set_breakpoint(pid_, address));
  ASSIGN_OR_RETURN(const TraceStop arrival, run());
  if (arrival.kind != TraceStop::Kind::trap) return false;
  ASSIGN_OR_RETURN(const RegisterSet there, read_registers(pid_));
  if (breakpoint_hit(there) != address) return unavailable("the program has a breakpoint of its own");
  TRY(clear_breakpoint(pid_, address, before));
  return true;
}

}  // namespace harness

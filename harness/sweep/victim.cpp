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

Arrival arrival_of(int status) {
  if (WIFEXITED(status)) return {.kind = Arrival::Kind::ended, .status = WEXITSTATUS(status)};
  if (WIFSIGNALED(status)) return {.kind = Arrival::Kind::ended, .signal = WTERMSIG(status)};
  if (const int event = status >> 16; event != 0) return {.kind = Arrival::Kind::event, .event = event};
  if (WSTOPSIG(status) == SIGTRAP) return {.kind = Arrival::Kind::trap};
  return {.kind = Arrival::Kind::signal, .signal = WSTOPSIG(status)};
}

}  // namespace

Patience::Patience(int seconds) {
  patience_ns = seconds * kSecond;
  struct sigaction action {};
  action.sa_handler = wake;  // without SA_RESTART
  ::sigaction(SIGALRM, &action, nullptr);
  set_timer(100'000);
}

Patience::~Patience() {
  set_timer(0);
  ::signal(SIGALRM, SIG_DFL);
}

Arrival await(pid_t pid, int options) {
  int status = 0;
  int64_t since = 0;
  while (::waitpid(pid, &status, __WALL | options) < 0) {
    if (errno != EINTR) return {.kind = Arrival::Kind::ended, .status = -1};
    if (since == 0) since = now_ns();
    if (now_ns() - since > patience_ns) return {.kind = Arrival::Kind::too_long};
  }
  return arrival_of(status);
}

std::string describe(const Arrival& arrival) {
  switch (arrival.kind) {
    case Arrival::Kind::trap:
      return "it stopped";
    case Arrival::Kind::signal:
      return std::string("it got ") + ::strsignal(arrival.signal);
    case Arrival::Kind::event:
      return arrival.event == PTRACE_EVENT_EXEC ? "it executed another program"
                                                : "it started a process or a thread";
    case Arrival::Kind::ended:
      if (arrival.signal != 0) return std::string("it was ended by a signal: ") + ::strsignal(arrival.signal);
      return "it ended with status " + std::to_string(arrival.status);
    case Arrival::Kind::too_long:
      return "it slept or went round for more than " + std::to_string(patience_ns / kSecond) + " s";
  }
  return "";
}

Victim::Victim(Victim&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Victim::~Victim() { kill(); }

pid_t Victim::release() { return std::exchange(pid_, -1); }

void Victim::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  // It may stop once more on its way out (PTRACE_EVENT_EXIT).
  for (int status = 0;;) {
    if (::waitpid(pid_, &status, __WALL) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    if (!WIFSTOPPED(status)) break;
    ::ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
  }
  pid_ = -1;
}

Result<Arrival> Victim::go_on(int request) {
  for (long signal = 0;;) {
    if (::ptrace(static_cast<__ptrace_request>(request), pid_, nullptr, signal) != 0)
      return system_error("ptrace");
    const Arrival arrival = await(pid_);
    signal = 0;
    if (arrival.kind == Arrival::Kind::signal) {
      signal = arrival.signal;
      continue;
    }
    if (arrival.kind == Arrival::Kind::event && arrival.event == PTRACE_EVENT_EXIT) continue;
    if (arrival.kind == Arrival::Kind::event) return unavailable("in the region " + describe(arrival));
    if (arrival.kind == Arrival::Kind::ended) pid_ = -1;
    return arrival;
  }
}

Result<Arrival> Victim::step() { return go_on(PTRACE_SINGLESTEP); }
Result<Arrival> Victim::run() { return go_on(PTRACE_CONT); }

Result<bool> Victim::run_to(uint64_t address) {
  ASSIGN_OR_RETURN(const RegisterSet standing, read_registers(pid_));
  if (program_counter(standing) == address) {
    ASSIGN_OR_RETURN(const Arrival stepped, step());
    if (stepped.kind != Arrival::Kind::trap) return false;
  }
  ASSIGN_OR_RETURN(const uint64_t before, set_breakpoint(pid_, address));
  ASSIGN_OR_RETURN(const Arrival arrival, run());
  if (arrival.kind != Arrival::Kind::trap) return false;
  ASSIGN_OR_RETURN(const RegisterSet there, read_registers(pid_));
  if (breakpoint_hit(there) != address) return unavailable("the program has a breakpoint of its own");
  TRY(clear_breakpoint(pid_, address, before));
  return true;
}

}  // namespace harness

#include "run/quiescence.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <optional>
#include <set>

#include "os/socket_timeouts.h"
#include "os/tcp_sockets.h"

namespace harness {
namespace {

// Calls that wait for ever when they wait, whatever their arguments.
bool waits_without_limit(long call) {
  static const std::set<long> calls = {
      SYS_read,    SYS_readv,  SYS_pread64, SYS_write,  SYS_writev,        SYS_pwrite64, SYS_recvfrom,
      SYS_recvmsg, SYS_sendto, SYS_sendmsg, SYS_accept, SYS_accept4,       SYS_connect,  SYS_openat,
      SYS_wait4,   SYS_waitid, SYS_flock,   SYS_fcntl,  SYS_rt_sigsuspend, SYS_msgrcv,   SYS_msgsnd,
      SYS_semop,   SYS_splice, SYS_tee,     SYS_exit,
#ifdef SYS_pause
      SYS_pause,
#endif
#ifdef SYS_open
      SYS_open,
#endif
  };
  return calls.count(call) != 0;
}

// The argument that holds a pointer to a timeout, NULL meaning for ever; -1 for calls without one.
int timeout_pointer_argument(long call) {
  switch (call) {
    case SYS_ppoll:
    case SYS_rt_sigtimedwait:
      return 2;
    case SYS_semtimedop:
    case SYS_epoll_pwait2:
    case SYS_futex_waitv:
      return 3;
    case SYS_pselect6:
    case SYS_mq_timedsend:
    case SYS_mq_timedreceive:
    case SYS_io_getevents:
    case SYS_recvmmsg:
#ifdef SYS_select
    case SYS_select:
#endif
      return 4;
    default:
      return -1;
  }
}

// The argument that holds milliseconds, negative meaning for ever; -1 for calls without one.
int milliseconds_argument(long call) {
  switch (call) {
#ifdef SYS_poll
    case SYS_poll:
      return 2;
#endif
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
      return 3;
    default:
      return -1;
  }
}

// Which timeout of its socket ends this call; none for a call that is not made on sockets.
std::optional<Direction> direction_of(long call) {
  switch (call) {
    case SYS_read:
    case SYS_readv:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_accept:
    case SYS_accept4:
      return Direction::receiving;
    case SYS_write:
    case SYS_writev:
    case SYS_sendto:
    case SYS_sendmsg:
    case SYS_connect:
      return Direction::sending;
    default:
      return std::nullopt;
  }
}

bool is_timed_by_socket(const ThreadState& thread) {
  const auto direction = direction_of(thread.syscall);
  return direction && has_socket_timeout(thread.pid, static_cast<int>(thread.args[0]), *direction);
}

struct Observation {
  std::vector<ThreadState> threads;
  bool anybody_moves = false;
};

Observation read_all(const std::vector<Tracer::Task>& tasks) {
  Observation observation;
  for (const Tracer::Task& task : tasks) {
    if (task.held) continue;
    const auto thread = read_thread(task.pid, task.tid);
    // A zombie leader whose other threads live on is as still as can be; one that is wholly gone is reaped
    // before three looks agree.
    const bool is_still = thread && (thread->is_blocked() || thread->state == 'T' || thread->state == 'Z');
    if (!is_still) {
      observation.anybody_moves = true;
      return observation;
    }
    if (!is_runtimes_own(*thread)) observation.threads.push_back(*thread);
  }
  return observation;
}

bool is_same(const ThreadState& a, const ThreadState& b) {
  return a.tid == b.tid && a.state == b.state && a.switches == b.switches && a.syscall == b.syscall &&
         a.args == b.args;
}

bool is_same(const Observation& a, const Observation& b) {
  return !a.anybody_moves && !b.anybody_moves &&
         std::equal(a.threads.begin(), a.threads.end(), b.threads.begin(), b.threads.end(),
                    [](const ThreadState& one, const ThreadState& other) { return is_same(one, other); });
}

bool time_can_wake(const std::vector<Tracer::Task>& tasks, const std::vector<ThreadState>& threads) {
  for (const ThreadState& thread : threads) {
    if (thread.is_blocked() && (is_timed(thread) || is_timed_by_socket(thread))) return true;
  }
  for (const Tracer::Task& task : tasks) {
    if (task.is_alarm_set) return true;
    if (task.pid == task.tid && has_pending_timer(task.pid)) return true;
  }
  return false;
}

// All that can be blocked but a few: the C library keeps 32 and 33 for itself (signal(7)).
bool blocks_signals(const ThreadState& thread) { return std::popcount(thread.blocked_signals) >= 60; }

std::set<pid_t> processes_of(const std::vector<Tracer::Task>& tasks) {
  std::set<pid_t> processes;
  for (const Tracer::Task& task : tasks) processes.insert(task.pid);
  return processes;
}

}  // namespace

bool is_timed(const ThreadState& thread) {
  if (thread.syscall == SYS_futex) {
    const int operation = static_cast<int>(thread.args[1]) & FUTEX_CMD_MASK;
    const bool can_time_out = operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET ||
                              operation == FUTEX_LOCK_PI || operation == FUTEX_LOCK_PI2 ||
                              operation == FUTEX_WAIT_REQUEUE_PI;
    return !can_time_out || thread.args[3] != 0;
  }
  if (const int argument = timeout_pointer_argument(thread.syscall); argument >= 0) {
    return thread.args[static_cast<size_t>(argument)] != 0;
  }
  if (const int argument = milliseconds_argument(thread.syscall); argument >= 0) {
    return static_cast<int>(thread.args[static_cast<size_t>(argument)]) >= 0;
  }
  return !waits_without_limit(thread.syscall);
}

// The runtime also lets a thread of the program's sleep that calls exit(3) while others are left
// (atexit_sleep_ms). Its own thread is never the first, and blocks all signals.
bool is_runtimes_own(const ThreadState& thread) {
  const bool sleeps = thread.syscall == SYS_nanosleep || thread.syscall == SYS_clock_nanosleep;
  if (!thread.is_blocked() || !sleeps || thread.tid == thread.pid || !blocks_signals(thread)) return false;
  const auto code = mapping_at(thread.pid, thread.pc);
  return code && std::filesystem::path(code->object).filename().string().starts_with("libtsan.so");
}

// The kernel may still bring bytes from one end of a TCP connection to the other. That none were on their way
// counts only when nobody has run since the threads were looked at.
Motion observe_motion(const std::vector<Tracer::Task>& tasks) {
  const Observation first = read_all(tasks);
  if (first.anybody_moves) return Motion::moving;
  const Observation second = read_all(tasks);
  if (!is_same(first, second)) return Motion::moving;
  if (time_can_wake(tasks, second.threads) || has_tcp_under_way(processes_of(tasks))) return Motion::settled;
  return is_same(second, read_all(tasks)) ? Motion::still : Motion::moving;
}

}  // namespace harness

#include "core/eintr_table.h"

#include <set>

namespace harness {
namespace {

constexpr auto kRestarts = Interruption::restarts;
constexpr auto kFails = Interruption::fails;
constexpr auto kGoesOn = Interruption::goes_on;

struct Never {
  std::string call;
  std::string kind;  // "" for whatever it is called on
  std::string reason;
};

const std::vector<Never>& never() {
  static const std::string files_are_fast =
      "files are not slow devices, reads and writes of them are not interrupted (signal(7))";
  static const std::string not_seen =
      "pthread_mutex_lock(3p), pthread_cond_wait(3p): they never return EINTR";
  static const std::vector<Never> rows = {
      {"pread64", "", "it reads files, which are not slow devices (signal(7))"},
      {"pwrite64", "", "it writes files, which are not slow devices (signal(7))"},
      {"preadv", "", "it reads files, which are not slow devices (signal(7))"},
      {"pwritev", "", "it writes files, which are not slow devices (signal(7))"},
      {"close", "",
       "it does not wait on pipes and sockets, and what it closes is gone in any case (close(2))"},
      {"shutdown", "", "it does not block (shutdown(2))"},
      {"dup", "", "it does not block (dup(2))"},
      {"dup3", "", "it does not block (dup(2))"},
      {"lseek", "", "it does not block (lseek(2))"},
      {"getsockopt", "", "it does not block (getsockopt(2))"},
      {"setsockopt", "", "it does not block (setsockopt(2))"},
      {"epoll_ctl", "", "it does not block (epoll_ctl(2))"},
      {"kill", "", "it does not block (kill(2))"},
      {"tgkill", "", "it does not block (tgkill(2))"},
      {"exit_group", "", "it does not return (exit_group(2))"},
      {"set_robust_list", "", "it does not block (get_robust_list(2))"},
      {"socket", "", "it does not block (socket(2))"},
      {"bind", "", "it does not block (bind(2))"},
      {"listen", "", "it does not block (listen(2))"},
      {"pipe2", "", "it does not block (pipe(2))"},
      {"mmap", "", "it does not block on signals (mmap(2))"},
      {"munmap", "", "it does not block on signals (mmap(2))"},
      {"ftruncate", "", "it blocks on files only, which are not slow devices (signal(7))"},
      {"getpid", "", "it does not block (getpid(2))"},
      {"unlink", "", "it does not block on signals (unlink(2))"},
      {"unlinkat", "", "it does not block on signals (unlink(2))"},
      {"eventfd2", "", "it does not block (eventfd(2))"},
      {"signalfd4", "", "it does not block (signalfd(2))"},
      {"shmget", "", "it does not block (shmget(2))"},
      {"semget", "", "it does not block (semget(2))"},
      {"msgget", "", "it does not block (msgget(2))"},
      {"sched_yield", "", "it does not block (sched_yield(2))"},
      {"read", "file", files_are_fast},
      {"readv", "file", files_are_fast},
      {"write", "file", files_are_fast},
      {"writev", "file", files_are_fast},
      {"futex", "mutex", not_seen},
      {"futex", "condition", not_seen},
  };
  return rows;
}

}  // namespace

bool may_wait(std::string_view call) {
  static const std::set<std::string_view> waiting = {
      "read",          "readv",           "write",        "writev",     "recvfrom",        "recvmsg",
      "sendto",        "sendmsg",         "accept",       "accept4",    "connect",         "open",
      "openat",        "splice",          "wait4",        "waitid",     "flock",           "fcntl",
      "futex",         "mq_timedreceive", "mq_timedsend", "poll",       "ppoll",           "select",
      "pselect6",      "epoll_wait",      "epoll_pwait",  "nanosleep",  "clock_nanosleep", "pause",
      "rt_sigsuspend", "rt_sigtimedwait", "semop",        "semtimedop", "msgrcv",          "msgsnd",
      "io_uring_enter"};
  return waiting.count(call) != 0;
}

std::string_view to_string(Interruption interruption) {
  switch (interruption) {
    case Interruption::restarts:
      return "restarted by SA_RESTART";
    case Interruption::fails:
      return "always EINTR";
    case Interruption::goes_on:
      return "never EINTR";
  }
  return "?";
}

const std::vector<EintrRow>& eintr_table() {
  static const std::vector<EintrRow> rows = {
      {"read-pipe", "read", "pipe", kRestarts, "signal(7)"},
      {"write-pipe", "write", "full pipe", kRestarts, "signal(7)"},
      {"read-fifo", "read", "FIFO", kRestarts, "signal(7)"},
      {"open-fifo", "open", "FIFO without a writer", kRestarts, "signal(7)"},
      {"read-eventfd", "read", "eventfd", kRestarts, "signal(7)"},
      {"read-signalfd", "read", "signalfd", kRestarts, "signal(7)"},
      {"read-timerfd", "read", "timerfd", kRestarts, "signal(7)"},
      {"read-inotify", "read", "inotify", kRestarts, "signal(7), since Linux 3.8"},
      {"splice", "splice", "empty pipe", kRestarts, "signal(7) does not name it"},
      {"accept", "accept", "unix socket", kRestarts, "signal(7)"},
      {"connect", "connect", "unix socket, full backlog", kRestarts, "signal(7)"},
      {"recv-unix", "recv", "unix socket", kRestarts, "signal(7)"},
      {"send-unix", "send", "full unix socket", kRestarts, "signal(7)"},
      {"recv-tcp", "recv", "TCP socket", kRestarts, "signal(7)"},
      {"recv-timeout", "recv", "socket with SO_RCVTIMEO", kFails, "signal(7)"},
      {"send-timeout", "send", "full socket with SO_SNDTIMEO", kFails, "signal(7)"},
      {"accept-timeout", "accept", "socket with SO_RCVTIMEO", kFails, "signal(7)"},
      {"waitpid", "waitpid", "", kRestarts, "signal(7)"},
      {"waitid", "waitid", "", kRestarts, "signal(7)"},
      {"flock", "flock", "", kRestarts, "signal(7)"},
      {"fcntl-setlkw", "fcntl", "F_SETLKW", kRestarts, "signal(7)"},
      {"fcntl-ofd-setlkw", "fcntl", "F_OFD_SETLKW", kRestarts, "signal(7)"},
      {"mq-receive", "mq_receive", "", kRestarts, "signal(7)"},
      {"mq-send", "mq_send", "", kRestarts, "signal(7)"},
      {"mq-timedreceive", "mq_timedreceive", "", kRestarts, "signal(7)"},
      {"sem-wait", "sem_wait", "", kRestarts, "signal(7), since Linux 2.6.22"},
      {"sem-timedwait", "sem_timedwait", "", kRestarts, "signal(7), since Linux 2.6.22"},
      {"mutex-lock", "pthread_mutex_lock", "", kGoesOn, "pthread_mutex_lock(3p)"},
      {"cond-wait", "pthread_cond_wait", "", kGoesOn, "pthread_cond_wait(3p)"},
      {"cond-timedwait", "pthread_cond_timedwait", "", kGoesOn, "pthread_cond_wait(3p)"},
      {"poll", "poll", "", kFails, "signal(7)"},
      {"ppoll", "ppoll", "", kFails, "signal(7)"},
      {"select", "select", "", kFails, "signal(7)"},
      {"pselect", "pselect", "", kFails, "signal(7)"},
      {"epoll-wait", "epoll_wait", "", kFails, "signal(7)"},
      {"epoll-pwait", "epoll_pwait", "", kFails, "signal(7)"},
      {"nano-sleep", "nanosleep", "", kFails, "signal(7)"},
      {"pause", "pause", "", kFails, "signal(7)"},
      {"sigsuspend", "sigsuspend", "", kFails, "signal(7)"},
      {"sigwaitinfo", "sigwaitinfo", "", kFails, "signal(7)"},
      {"sigtimedwait", "sigtimedwait", "", kFails, "signal(7)"},
      {"semop", "semop", "", kFails, "signal(7)"},
      {"semtimedop", "semtimedop", "", kFails, "signal(7)"},
      {"msgrcv", "msgrcv", "", kFails, "signal(7)"},
      {"msgsnd", "msgsnd", "full queue", kFails, "signal(7)"},
      {"io-uring-enter", "io_uring_enter", "", kFails, "io_uring_enter(2)"},
  };
  return rows;
}

std::string never_interrupted(std::string_view call, std::string_view kind) {
  for (const Never& row : never()) {
    if (row.call == call && (row.kind.empty() || row.kind == kind)) return row.reason;
  }
  return "";
}

}  // namespace harness

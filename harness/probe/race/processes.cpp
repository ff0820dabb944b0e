// Processes: the order that fork, an end that is waited for or found, and signals make.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

#include "probe/race/pidfds.h"
#include "probe/race/real.h"
#include "probe/race/runtime.h"

namespace race {
namespace {

constexpr int kDescriptors = 4096;
pid_t of_pidfd[kDescriptors];

int handlers_lock;

// Of a status that waitpid(2) gives: one that was only stopped, or goes on, has not ended.
pid_t after_waiting(pid_t pid, const int* status) {
  if (shadow != nullptr && pid > 0 && (status == nullptr || WIFEXITED(*status) || WIFSIGNALED(*status)))
    acquire_process(pid);
  return pid;
}

int killed(int status, pid_t pid) {
  if (shadow != nullptr && status != 0 && errno == ESRCH) acquire_process(pid);
  return status;
}

void before_signal(pid_t pid, int signal) {
  if (shadow != nullptr && signal != 0) release(mixed(kSignal, static_cast<uint32_t>(pid > 0 ? pid : 0), 0));
}

// Whoever sent it, to this process or to its group.
void signal_came() {
  if (shadow == nullptr || current.is_inside) return;
  const int saved_errno = errno;
  acquire(mixed(kSignal, static_cast<uint32_t>(getpid()), 0));
  acquire(mixed(kSignal, 0, 0));
  errno = saved_errno;
}

// --- handlers: ours stands before each of the program's

struct sigaction own_actions[NSIG];

// It may have come between two steps of a look-up.
void on_signal(int signal, siginfo_t* info, void* context) {
  const uint64_t page_key = current.page_key;
  Page* const page = current.page;
  signal_came();
  const struct sigaction& own = own_actions[signal];
  if ((own.sa_flags & SA_SIGINFO) != 0) {
    own.sa_sigaction(signal, info, context);
  } else {
    own.sa_handler(signal);
  }
  current.page = page;
  current.page_key = page_key;
}

bool is_handler(const struct sigaction& action) {
  return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

int set_action(int signal, const struct sigaction* wanted, struct sigaction* before) {
  if (shadow == nullptr || signal <= 0 || signal >= NSIG)
    return race::real::sigaction(signal, wanted, before);
  while (__atomic_exchange_n(&handlers_lock, 1, __ATOMIC_ACQUIRE) != 0) {
  }
  const struct sigaction known = own_actions[signal];
  struct sigaction ours;
  if (wanted != nullptr && is_handler(*wanted)) {
    ours = *wanted;
    own_actions[signal] = *wanted;
    ours.sa_flags |= SA_SIGINFO;
    ours.sa_sigaction = on_signal;
  }
  const bool is_ours = wanted != nullptr && is_handler(*wanted);
  const int status = race::real::sigaction(signal, is_ours ? &ours : wanted, before);
  if (status != 0 && is_ours) own_actions[signal] = known;
  if (status == 0 && before != nullptr && before->sa_sigaction == on_signal) {
    const sigset_t mask = before->sa_mask;
    *before = known;
    before->sa_mask = mask;
  }
  __atomic_store_n(&handlers_lock, 0, __ATOMIC_RELEASE);
  return status;
}

// --- calls that the C library has no function for

void before_call(long number, const unsigned long (&args)[6]) {
  if (number == SYS_futex && (args[1] & FUTEX_CMD_MASK) == FUTEX_UNLOCK_PI) {
    release(key_of(reinterpret_cast<void*>(args[0])));
    set_owner(key_of(reinterpret_cast<void*>(args[0])), 0);
  }
  if (number == SYS_kill || number == SYS_tkill)
    before_signal(static_cast<pid_t>(args[0]), static_cast<int>(args[1]));
  if (number == SYS_tgkill) before_signal(static_cast<pid_t>(args[0]), static_cast<int>(args[2]));
  if (number == SYS_pidfd_send_signal)
    before_signal(process_of_pidfd(static_cast<int>(args[0])), static_cast<int>(args[1]));
}

void after_call(long number, const unsigned long (&args)[6], long result) {
  const bool is_gone = result < 0 && errno == ESRCH;
  const auto pid = static_cast<pid_t>(args[0]);
  if (number == SYS_pidfd_open && result >= 0) note_pidfd(static_cast<int>(result), pid);
  if ((number == SYS_pidfd_open || number == SYS_kill || number == SYS_tgkill) && is_gone)
    acquire_process(pid);
  if (number == SYS_pidfd_send_signal && is_gone) acquire_process(process_of_pidfd(pid));
  if (number != SYS_futex || result != 0) return;
  const int command = static_cast<int>(args[1] & FUTEX_CMD_MASK);
  if (command != FUTEX_LOCK_PI && command != FUTEX_TRYLOCK_PI && command != FUTEX_LOCK_PI2) return;
  const uint64_t key = key_of(reinterpret_cast<void*>(args[0]));
  acquire(key);
  acquire_from_dead_owner(key);
  const auto* word = reinterpret_cast<const uint32_t*>(args[0]);
  if ((__atomic_load_n(word, __ATOMIC_RELAXED) & FUTEX_OWNER_DIED) != 0) inherit(key);
  if (self() != nullptr) set_owner(key, own_mark());
}

}  // namespace

void note_pidfd(int fd, pid_t pid) {
  if (fd >= 0 && fd < kDescriptors) of_pidfd[fd] = pid;
}
void forget_pidfd(int fd) { note_pidfd(fd, 0); }
pid_t process_of_pidfd(int fd) { return fd >= 0 && fd < kDescriptors ? of_pidfd[fd] : 0; }

}  // namespace race

RACE_API pid_t __wrap_fork() {
  static race::Birth birth;  // the child has it as it was
  if (race::shadow == nullptr) return race::real::fork();
  race::note_birth(birth);
  const pid_t child = race::real::fork();
  if (child != 0) return child;
  race::has_threads = false;
  race::begin_from(birth, true);
  return 0;
}

RACE_API pid_t __wrap_wait(int* status) {
  int own = 0;
  const pid_t pid = race::after_waiting(race::real::wait(&own), &own);
  if (status != nullptr && pid > 0) *status = own;
  return pid;
}
RACE_API pid_t __wrap_waitpid(pid_t wanted, int* status, int options) {
  int own = 0;
  const pid_t pid = race::after_waiting(race::real::waitpid(wanted, &own, options), &own);
  if (status != nullptr && pid > 0) *status = own;
  return pid;
}
RACE_API pid_t __wrap_wait4(pid_t wanted, int* status, int options, struct rusage* usage) {
  int own = 0;
  const pid_t pid = race::after_waiting(race::real::wait4(wanted, &own, options, usage), &own);
  if (status != nullptr && pid > 0) *status = own;
  return pid;
}
RACE_API int __wrap_waitid(idtype_t type, id_t id, siginfo_t* info, int options) {
  siginfo_t own{};
  const int status = race::real::waitid(type, id, info == nullptr ? &own : info, options);
  const siginfo_t& told = info == nullptr ? own : *info;
  const bool has_ended =
      told.si_code == CLD_EXITED || told.si_code == CLD_KILLED || told.si_code == CLD_DUMPED;
  if (status == 0 && told.si_signo == SIGCHLD && has_ended) race::after_waiting(told.si_pid, nullptr);
  return status;
}

RACE_API int __wrap_kill(pid_t pid, int signal) {
  race::before_signal(pid, signal);
  return race::killed(race::real::kill(pid, signal), pid);
}
RACE_API int __wrap_sigqueue(pid_t pid, int signal, const union sigval value) {
  race::before_signal(pid, signal);
  return race::killed(race::real::sigqueue(pid, signal, value), pid);
}
RACE_API int __wrap_sigwait(const sigset_t* set, int* signal) {
  const int status = race::real::sigwait(set, signal);
  if (status == 0) race::signal_came();
  return status;
}
RACE_API int __wrap_sigwaitinfo(const sigset_t* set, siginfo_t* info) {
  const int signal = race::real::sigwaitinfo(set, info);
  if (signal > 0) race::signal_came();
  return signal;
}
RACE_API int __wrap_sigtimedwait(const sigset_t* set, siginfo_t* info, const struct timespec* patience) {
  const int signal = race::real::sigtimedwait(set, info, patience);
  if (signal > 0) race::signal_came();
  return signal;
}
RACE_API int __wrap_sigaction(int signal, const struct sigaction* wanted, struct sigaction* before) {
  return race::set_action(signal, wanted, before);
}
RACE_API sighandler_t __wrap_signal(int signal, sighandler_t handler) {
  if (race::shadow == nullptr) return race::real::signal(signal, handler);
  struct sigaction wanted {};
  struct sigaction before {};
  wanted.sa_handler = handler;
  wanted.sa_flags = SA_RESTART;
  sigemptyset(&wanted.sa_mask);
  return race::set_action(signal, &wanted, &before) == 0 ? before.sa_handler : SIG_ERR;
}

// Its arguments are passed on as they came, six of them as any call has at most.
RACE_API long __wrap_syscall(long number, ...) {
  va_list more;
  va_start(more, number);
  unsigned long args[6];
  for (unsigned long& one : args) one = va_arg(more, unsigned long);
  va_end(more);
  const bool is_watched = race::shadow != nullptr && !race::current.is_inside;
  if (is_watched) race::before_call(number, args);
  const long result = race::real::syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
  const int saved_errno = errno;
  if (is_watched) race::after_call(number, args, result);
  errno = saved_errno;
  return result;
}

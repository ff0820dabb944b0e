#include "os/launch.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>

#include "os/notifier.h"

extern char** environ;

namespace harness {
namespace {

// What the child tells the parent of a step that failed. In shared memory, since a sanitizer turns vfork into
// fork.
struct Handshake {
  std::atomic<int> error;  // errno
  char step[64];
};

class SharedPage {
 public:
  SharedPage() : memory_(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~SharedPage() {
    if (memory_ != MAP_FAILED) ::munmap(memory_, 4096);
  }
  SharedPage(const SharedPage&) = delete;
  SharedPage& operator=(const SharedPage&) = delete;
  bool is_mapped() const { return memory_ != MAP_FAILED; }
  Handshake& handshake() const { return *static_cast<Handshake*>(memory_); }

 private:
  void* memory_;
};

void tell(Handshake& handshake, const char* step) {
  const int error = errno;
  std::strncpy(handshake.step, step, sizeof handshake.step - 1);
  handshake.error.store(error);
}

[[noreturn]] void give_up(Handshake& handshake, const char* step) {
  tell(handshake, step);
  ::_exit(127);
}

// Where each call may wait for an answer, and who would give it sleeps in vfork(2).
[[noreturn]] void give_up_without_a_call(Handshake& handshake, const char* step) {
  tell(handshake, step);
  __builtin_trap();
}

void redirect(Handshake& handshake, const char* path, int flags, int target) {
  const int file = ::open(path, flags, 0600);
  if (file < 0 || ::dup2(file, target) < 0) give_up(handshake, path);
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

// Back to what execve(2) of a shell would give: ignored signals and the mask would else pass through exec.
void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t nothing;
  sigemptyset(&nothing);
  ::sigprocmask(SIG_SETMASK, &nothing, nullptr);
}

void install_filter(Handshake& handshake, const std::vector<sock_filter>& filter) {
  sock_fprog program{static_cast<unsigned short>(filter.size()), const_cast<sock_filter*>(filter.data())};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return;
  // Without CAP_SYS_ADMIN the kernel wants the promise that no set-user-ID program will be obeyed
  // (seccomp(2)).
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) give_up(handshake, "seccomp filter");
}

void hand_over(Handshake& handshake, const std::vector<sock_filter>& filter) {
  ::fcntl(kListenerDoor, F_SETFD, FD_CLOEXEC);
  errno = hand_over_listener(filter, kListenerDoor);
  if (errno != 0) give_up(handshake, "seccomp listener");
}

// Puts each where the program expects it, and closes all others.
void place_descriptors(Handshake& handshake, const std::map<int, int>& wanted) {
  unsigned int first_unused = STDERR_FILENO + 1;
  for (const auto& [number, ours] : wanted) {
    if (::dup2(ours, number) < 0) give_up(handshake, "dup2");
  }
  for (const auto& [number, ours] : wanted) {
    const auto taken = static_cast<unsigned int>(number);
    if (taken > first_unused) ::close_range(first_unused, taken - 1, 0);
    if (taken >= first_unused) first_unused = taken + 1;
  }
  ::close_range(first_unused, ~0U, 0);
}

// Runs in the child, in the parent's memory until it executes the program (vfork(2)): it allocates nothing.
[[noreturn]] void become(const Launch& order, Handshake& handshake, pid_t parent, char* const* argv,
                         char* const* envp) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
  if (order.network >= 0 && ::setns(order.network, CLONE_NEWNET) != 0) give_up(handshake, "setns");
  ::setsid();
  reset_signals();
  redirect(handshake, "/dev/null", O_RDONLY, STDIN_FILENO);
  redirect(handshake, order.stdout_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
  redirect(handshake, order.stderr_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, STDERR_FILENO);
  place_descriptors(handshake, order.descriptors);
  rlimit core{};  // none, unless the program itself wants one
  ::getrlimit(RLIMIT_CORE, &core);
  core.rlim_cur = 0;
  ::setrlimit(RLIMIT_CORE, &core);
  if (!order.directory.empty() && ::chdir(order.directory.c_str()) != 0) give_up(handshake, "chdir");
  if (order.traced && ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
    give_up(handshake, "PTRACE_TRACEME");
  if (order.listener != nullptr) {
    hand_over(handshake, order.filter);
  } else if (!order.filter.empty()) {
    install_filter(handshake, order.filter);
  }
  ::execve(order.program.c_str(), argv, envp);
  if (order.listener != nullptr) give_up_without_a_call(handshake, "execve");
  give_up(handshake, "execve");
}

Error exec_error(const Launch& order, const Handshake& handshake) {
  const int error = handshake.error.load();
  std::string message =
      "cannot start " + order.program + " (" + handshake.step + "): " + std::strerror(error);
  if (error == ENOENT && std::strcmp(handshake.step, "execve") == 0) {
    message += "; the file exists, so its interpreter (the first line, or the dynamic loader) does not";
  }
  if (error == ENOEXEC) message += "; it is built for another machine, or a script without #!";
  return usage_error(message);
}

// The next stop of the child; an error when it ended instead.
Result<int> wait_for_stop(pid_t child, const Launch& order) {
  int status = 0;
  while (::waitpid(child, &status, __WALL | WUNTRACED) < 0) {
    if (errno != EINTR) return system_error("waitpid");
  }
  if (!WIFSTOPPED(status)) return internal_error(order.program + " was killed before it started");
  return status;
}

// The child asked to be traced, since its parent slept in vfork and could not seize it. It now stands at its
// exec, before its first instruction, and is handed over: let go with a SIGSTOP, which it obeys before it
// returns to user mode, and seized there (ptrace(2): only a seized task has group-stops and children that can
// be told apart).
Status seize_after_exec(pid_t child, const Launch& order) {
  constexpr long kOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP |
                            PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;
  TRY(wait_for_stop(child, order));
  if (::ptrace(PTRACE_DETACH, child, nullptr, SIGSTOP) != 0) return system_error("PTRACE_DETACH");
  TRY(wait_for_stop(child, order));
  if (::ptrace(PTRACE_SEIZE, child, nullptr, kOptions) != 0) return system_error("PTRACE_SEIZE");
  ::kill(child, SIGCONT);
  // Group-stop, its end, and the delivery of SIGCONT, in an order that the kernel chooses; the last is
  // swallowed.
  for (;;) {
    ASSIGN_OR_RETURN(const int status, wait_for_stop(child, order));
    if (status >> 16 == 0 && WSTOPSIG(status) == SIGCONT) return done();
    if (::ptrace(PTRACE_CONT, child, nullptr, nullptr) != 0) return system_error("PTRACE_CONT");
  }
}

Result<pid_t> launch_as_ordered(const Launch& order) {
  const SharedPage page;
  if (!page.is_mapped()) return system_error("mmap");
  Handshake& handshake = page.handshake();
  const std::vector<std::string> words = environment_of(order);
  const std::vector<char*> argv = pointers(order.command);
  const std::vector<char*> envp = pointers(words);
  const pid_t self = ::getpid();
  // vfork: a fork of a worker costs half a millisecond in page tables that exec throws away (measured).
  const pid_t child = ::vfork();
  if (child == 0) become(order, handshake, self, argv.data(), envp.data());
  if (child < 0) return system_error("vfork");
  if (handshake.error.load() != 0) {
    ::waitpid(child, nullptr, __WALL);
    return exec_error(order, handshake);
  }
  if (!order.traced) return child;
  if (Status status = seize_after_exec(child, order); !status) {
    kill_and_reap(child);
    // Under TSan vfork is fork: the child may give up after the look at its error above.
    if (handshake.error.load() != 0) return exec_error(order, handshake);
    return status.error();
  }
  return child;
}

// The two ends of the way by which a listener comes; the child's is put at kListenerDoor.
struct Door {
  Fd ours;
  Fd childs;
};

Result<Door> open_door() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return system_error("socketpair");
  Door door{.ours = Fd(ends[0]), .childs = {}};
  const Fd low(ends[1]);
  door.childs = Fd(::fcntl(low.get(), F_DUPFD_CLOEXEC, kListenerDoor + 1));
  if (!door.childs.is_open()) return system_error("fcntl F_DUPFD_CLOEXEC");
  return door;
}

Result<pid_t> launch_notifying(Launch order) {
  ASSIGN_OR_RETURN(Door door, open_door());
  order.descriptors[kListenerDoor] = door.childs.get();
  ASSIGN_OR_RETURN(const pid_t child, launch_as_ordered(order));
  door.childs.reset();
  auto listener = take_listener(door.ours);
  if (!listener) {
    kill_and_reap(child);
    return listener.error();
  }
  *order.listener = std::move(*listener);
  return child;
}

}  // namespace

std::vector<std::string> environment_of(const Launch& order) {
  std::map<std::string, std::string> extra = order.role_environment;
  extra.insert(order.environment.begin(), order.environment.end());
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (extra.count(text.substr(0, text.find('='))) == 0) result.push_back(text);
  }
  for (const auto& [key, value] : extra) result.push_back(key + "=" + value);
  return result;
}

Result<pid_t> launch(const Launch& order) {
  return order.listener != nullptr ? launch_notifying(order) : launch_as_ordered(order);
}

void kill_and_reap(pid_t child) {
  ::kill(child, SIGKILL);
  for (int status = 0;;) {
    if (::waitpid(child, &status, __WALL) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (!WIFSTOPPED(status)) return;
    ::ptrace(PTRACE_CONT, child, nullptr, nullptr);
  }
}

}  // namespace harness

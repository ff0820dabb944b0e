#include "os/launch.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>

#include "os/fd.h"

extern char** environ;

namespace harness {
namespace {

// A page that parent and child share until the child executes its program.
struct Handshake {
  std::atomic<int> seized;  // a futex: 1 when the tracer holds the child
  std::atomic<int> error;   // errno of the step that failed in the child
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

[[noreturn]] void give_up(Handshake& handshake, const char* step) {
  const int error = errno;
  std::strncpy(handshake.step, step, sizeof handshake.step - 1);
  handshake.error.store(error);
  ::_exit(127);
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

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& extra) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (extra.count(text.substr(0, text.find('='))) == 0) result.push_back(text);
  }
  for (const auto& [key, value] : extra) result.push_back(key + "=" + value);
  return result;
}

// Back to what execve(2) of a shell would give: ignored signals and the mask would else pass through exec.
void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t nothing;
  sigemptyset(&nothing);
  ::sigprocmask(SIG_SETMASK, &nothing, nullptr);
}

void wait_until_seized(Handshake& handshake) {
  while (handshake.seized.load() == 0) {
    ::syscall(SYS_futex, &handshake.seized, FUTEX_WAIT, 0, nullptr, nullptr, 0);
  }
}

void install_filter(Handshake& handshake, const std::vector<sock_filter>& filter) {
  sock_fprog program{static_cast<unsigned short>(filter.size()), const_cast<sock_filter*>(filter.data())};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return;
  // Without CAP_SYS_ADMIN the kernel wants the promise that no set-user-ID program will be obeyed (seccomp(2)).
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) give_up(handshake, "seccomp filter");
}

// Moves the one descriptor that may live until exec to 3, and closes all others.
void keep_only(int exec_notice) {
  if (exec_notice >= 0) ::dup3(exec_notice, 3, O_CLOEXEC);
  ::close_range(exec_notice >= 0 ? 4 : 3, ~0U, 0);
}

[[noreturn]] void become(const Launch& order, Handshake& handshake, pid_t parent, int exec_notice, char* const* argv,
                         char* const* envp) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
  ::setsid();
  reset_signals();
  redirect(handshake, "/dev/null", O_RDONLY, STDIN_FILENO);
  redirect(handshake, order.stdout_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
  redirect(handshake, order.stderr_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, STDERR_FILENO);
  keep_only(exec_notice);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (!order.directory.empty() && ::chdir(order.directory.c_str()) != 0) give_up(handshake, "chdir");
  if (order.traced) wait_until_seized(handshake);
  if (!order.filter.empty()) install_filter(handshake, order.filter);
  ::execve(order.program.c_str(), argv, envp);
  give_up(handshake, "execve");
}

Error exec_error(const Launch& order, const Handshake& handshake) {
  const int error = handshake.error.load();
  std::string message = "cannot start " + order.program + " (" + handshake.step + "): " + std::strerror(error);
  if (error == ENOENT && std::strcmp(handshake.step, "execve") == 0) {
    message += "; the file exists, so its interpreter (the first line, or the dynamic loader) does not";
  }
  if (error == ENOEXEC) message += "; it is built for another machine, or a script without #!";
  return usage_error(message);
}

// Waits until the seized child has executed its program, letting every earlier stop pass.
Status wait_for_exec(pid_t child, const Launch& order, const Handshake& handshake) {
  for (;;) {
    int status = 0;
    if (::waitpid(child, &status, __WALL) < 0) return system_error("waitpid");
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (handshake.error.load() != 0) return exec_error(order, handshake);
      return internal_error(order.program + " was killed before it started");
    }
    if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXEC << 8))) return done();
    const int event = status >> 16;
    const int signal = event == 0 && WSTOPSIG(status) != SIGTRAP ? WSTOPSIG(status) : 0;
    ::ptrace(PTRACE_CONT, child, nullptr, signal);
  }
}

// Without a tracer: the pipe's write end closes when the program is executed, or when the child gives up.
Status wait_for_notice(const Fd& notice, pid_t child, const Launch& order, const Handshake& handshake) {
  char byte = 0;
  while (::read(notice.get(), &byte, 1) < 0 && errno == EINTR) {
  }
  if (handshake.error.load() == 0) return done();
  ::waitpid(child, nullptr, 0);
  return exec_error(order, handshake);
}

Status seize(pid_t child, Handshake& handshake) {
  constexpr long kOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE |
                            PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;
  const bool is_seized = ::ptrace(PTRACE_SEIZE, child, nullptr, kOptions) == 0;
  const Error error = system_error("PTRACE_SEIZE");
  handshake.seized.store(1);
  ::syscall(SYS_futex, &handshake.seized, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  if (is_seized) return done();
  return error;
}

}  // namespace

Result<pid_t> launch(const Launch& order) {
  const SharedPage page;
  if (!page.is_mapped()) return system_error("mmap");
  Handshake& handshake = page.handshake();
  const std::vector<std::string> words = merged_environment(order.environment);
  const std::vector<char*> argv = pointers(order.command);
  const std::vector<char*> envp = pointers(words);
  int notice[2] = {-1, -1};
  if (!order.traced && ::pipe2(notice, O_CLOEXEC) != 0) return system_error("pipe2");
  const Fd notice_read(notice[0]);
  Fd notice_write(notice[1]);
  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return system_error("fork");
  if (child == 0) become(order, handshake, self, notice[1], argv.data(), envp.data());
  notice_write.reset();
  if (!order.traced) {
    TRY(wait_for_notice(notice_read, child, order, handshake));
    return child;
  }
  if (Status status = seize(child, handshake); !status) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, __WALL);
    return status.error();
  }
  TRY(wait_for_exec(child, order, handshake));
  return child;
}

}  // namespace harness

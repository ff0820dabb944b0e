#include "os/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace harness {
namespace {

void say_error(const char* what, int code) {
  char text[256];
  const char* const words[] = {"cannot execute ", what, ": ", ::strerrordesc_np(code), "\n"};
  size_t size = 0;
  for (const char* word : words) {
    for (; word != nullptr && *word != '\0' && size < sizeof text; ++word) text[size++] = *word;
  }
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, size);
}

// Runs in the child, in the parent's memory until it executes the program (vfork(2)): it allocates nothing.
[[noreturn]] void become(const ChildOrder& order, pid_t parent, char* const* argv, char* const* environment) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it ended before the kernel was asked
  sigset_t nothing;
  sigemptyset(&nothing);
  ::sigprocmask(SIG_SETMASK, &nothing, nullptr);
  const int input = ::open("/dev/null", O_RDONLY);
  if (input >= 0) ::dup2(input, STDIN_FILENO);
  if (order.output >= 0) {
    ::dup2(order.output, STDOUT_FILENO);
    ::dup2(order.output, STDERR_FILENO);
  }
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int descriptor : order.descriptors) ::fcntl(descriptor, F_SETFD, 0);
  ::execve(argv[0], argv, environment);
  say_error(argv[0], errno);
  ::_exit(127);
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  return pointers;
}

// The given variables first: getenv(3) finds the first of a name, and so do the runtimes of sanitizers.
std::vector<char*> environment_of(const ChildOrder& order) {
  std::vector<char*> environment = pointers_to(order.environment);
  for (char** own = environ; *own != nullptr; ++own) environment.push_back(*own);
  environment.push_back(nullptr);
  return environment;
}

}  // namespace

Result<pid_t> start_child(const ChildOrder& order) {
  std::vector<char*> argv = pointers_to(order.command);
  argv.push_back(nullptr);
  const std::vector<char*> environment = environment_of(order);
  const pid_t self = ::getpid();
  const pid_t child = ::vfork();
  if (child == 0) become(order, self, argv.data(), environment.data());
  if (child < 0) return system_error("vfork");
  return child;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace harness

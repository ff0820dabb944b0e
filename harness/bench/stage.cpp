#include "bench/stage.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <ctime>

#include "base/result.h"
#include "bench/shared_pages.h"
#include "os/fd.h"
#include "os/procfs.h"

namespace harness {
namespace {

bool write_line(const char* path, const std::string& text) {
  const Fd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file.is_open() && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

struct Told {
  Blame blame = Blame::internal;
  std::array<char, 400> message{};
};

}  // namespace

pid_t fork_pinned(int cpu, const std::function<int()>& work) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it ended before it could be asked for
  if (cpu >= 0) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(cpu, &only);
    ::sched_setaffinity(0, sizeof(only), &only);
  }
  ::_exit(work());
}

int status_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void wait_until_blocked(pid_t pid) {
  for (;;) {
    const auto state = read_thread(pid, pid);
    if (!state || state->is_blocked() || state->state == 'Z') return;
    ::sched_yield();
  }
}

std::vector<int> usable_processors() {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  ::sched_getaffinity(0, sizeof(usable), &usable);
  std::vector<int> processors;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &usable)) processors.push_back(cpu);
  }
  return processors;
}

Status enter_own_ipc() {
  if (::unshare(CLONE_NEWIPC) == 0) return done();
  const uid_t user = ::getuid();
  const gid_t group = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWIPC) != 0)
    return unavailable("no IPC namespace of its own: " + system_error("unshare").message);
  write_line("/proc/self/setgroups", "deny");
  const bool is_mapped = write_line("/proc/self/uid_map", "0 " + std::to_string(user) + " 1") &&
                         write_line("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
  return is_mapped ? done() : unavailable("no IPC namespace of its own: its user cannot be mapped");
}

uint64_t nanoseconds_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

Status on_stage(const std::function<Status()>& work) {
  const Shared<Told> told;
  const pid_t child = fork_pinned(-1, [&] {
    Status status = enter_own_ipc();
    if (status) status = work();
    if (status) return 0;
    told->blame = status.error().blame;
    std::strncpy(told->message.data(), status.error().message.c_str(), told->message.size() - 1);
    return 1;
  });
  if (child < 0) return system_error("fork");
  const int status = status_of(child);
  if (status == 0) return done();
  if (status == 1 && told->message[0] != 0) return Error{told->message.data(), told->blame, 0};
  return internal_error("a measurement ended with status " + std::to_string(status));
}

}  // namespace harness

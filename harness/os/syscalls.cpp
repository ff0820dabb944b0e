#include "os/syscalls.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include "base/suggest.h"
#include "os/fd.h"

namespace harness {
namespace {

// What glibc 2.36 really calls for names that people write. The second half are system calls of x86-64 that
// arm64 never had; where a call has the name itself, the table is not asked.
const std::map<std::string, std::string>& really_called() {
  static const std::map<std::string, std::string> table = {{"send", "sendto"},
                                                           {"recv", "recvfrom"},
                                                           {"mq_send", "mq_timedsend"},
                                                           {"mq_receive", "mq_timedreceive"},
                                                           {"usleep", "clock_nanosleep"},
                                                           {"sleep", "clock_nanosleep"},
                                                           {"sem_open", "openat"},
                                                           {"shm_open", "openat"},
                                                           {"shm_unlink", "unlink"},
                                                           {"sem_wait", "futex"},
                                                           {"sem_post", "futex"},
                                                           {"pthread_mutex_lock", "futex"},
                                                           {"waitpid", "wait4"},
                                                           {"fopen", "openat"},
                                                           {"printf", "write"},
                                                           {"sigaction", "rt_sigaction"},
                                                           {"sigprocmask", "rt_sigprocmask"},
                                                           {"raise", "tgkill"},
                                                           {"exit", "exit_group"},
                                                           {"_exit", "exit_group"},
                                                           {"open", "openat"},
                                                           {"creat", "openat"},
                                                           {"unlink", "unlinkat"},
                                                           {"rename", "renameat"},
                                                           {"link", "linkat"},
                                                           {"symlink", "symlinkat"},
                                                           {"mkdir", "mkdirat"},
                                                           {"rmdir", "unlinkat"},
                                                           {"mknod", "mknodat"},
                                                           {"stat", "newfstatat"},
                                                           {"lstat", "newfstatat"},
                                                           {"access", "faccessat"},
                                                           {"readlink", "readlinkat"},
                                                           {"chmod", "fchmodat"},
                                                           {"chown", "fchownat"},
                                                           {"pipe", "pipe2"},
                                                           {"dup2", "dup3"},
                                                           {"poll", "ppoll"},
                                                           {"select", "pselect6"},
                                                           {"epoll_create", "epoll_create1"},
                                                           {"epoll_wait", "epoll_pwait"},
                                                           {"eventfd", "eventfd2"},
                                                           {"signalfd", "signalfd4"},
                                                           {"inotify_init", "inotify_init1"},
                                                           {"fork", "clone"},
                                                           {"vfork", "clone"},
                                                           {"alarm", "setitimer"},
                                                           {"pause", "ppoll"}};
  return table;
}

uint32_t architecture_token(const std::string& architecture) {
  if (architecture == "aarch64") return SCMP_ARCH_AARCH64;
  return architecture == "x86_64" ? SCMP_ARCH_X86_64 : SCMP_ARCH_NATIVE;
}

// Calls that another architecture has are known there by a negative number.
int number_of(const std::string& name, uint32_t architecture) {
  return seccomp_syscall_resolve_name_arch(architecture, name.c_str());
}

// The call behind a name that is none there: shm_unlink makes unlink, and where there is none, unlinkat.
std::string call_behind(std::string name, uint32_t architecture) {
  while (number_of(name, architecture) < 0) {
    const auto real = really_called().find(name);
    if (real == really_called().end()) return {};
    name = real->second;
  }
  return name;
}

std::vector<std::string> known_names(uint32_t architecture) {
  std::vector<std::string> names;
  for (int number = 0; number < 470; ++number) {
    if (char* name = seccomp_syscall_resolve_num_arch(architecture, number)) {
      names.emplace_back(name);
      std::free(name);
    }
  }
  return names;
}

}  // namespace

Result<long> syscall_number(const std::string& name, const std::string& architecture) {
  const uint32_t token = architecture_token(architecture);
  const int number = number_of(name, token);
  if (number >= 0) return static_cast<long>(number);
  const std::string where = architecture.empty() ? "here" : "on " + architecture;
  const bool is_elsewhere = token == SCMP_ARCH_AARCH64 && number_of(name, SCMP_ARCH_X86_64) >= 0;
  if (const std::string real = call_behind(name, token); !real.empty()) {
    return usage_error("\"" + name + "\" is no system call " + where +
                       (is_elsewhere ? "" : " but a library function") + "; the call " +
                       (is_elsewhere ? "made there instead is " : "it makes is ") + real);
  }
  const std::string guess = nearest(name, known_names(token));
  return usage_error("system call \"" + name + "\" is not known " +
                     (architecture.empty() ? "on this architecture" : where) +
                     (guess.empty() ? "; see syscalls(2)" : "; did you mean " + guess + "?"));
}

std::string syscall_name(long number) {
  char* name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(number));
  if (name == nullptr) return "syscall " + std::to_string(number);
  std::string text = name;
  std::free(name);
  return text;
}

bool takes_descriptor(const std::string& name) {
  static const std::set<std::string> calls = {
      "read",          "readv",       "pread64",         "preadv",
      "preadv2",       "write",       "writev",          "pwrite64",
      "pwritev",       "pwritev2",    "recvfrom",        "recvmsg",
      "recvmmsg",      "sendto",      "sendmsg",         "sendmmsg",
      "accept",        "accept4",     "connect",         "bind",
      "listen",        "shutdown",    "close",           "fcntl",
      "ioctl",         "fstat",       "fsync",           "fdatasync",
      "flock",         "ftruncate",   "lseek",           "dup",
      "dup2",          "dup3",        "getsockopt",      "splice",
      "tee",           "vmsplice",    "mq_timedreceive", "mq_timedsend",
      "setsockopt",    "sendfile",    "fallocate",       "mq_notify",
      "mq_getsetattr", "getsockname", "getpeername",     "timerfd_settime"};
  return calls.count(name) != 0;
}

Result<std::vector<sock_filter>> trace_filter(const std::vector<long>& calls) {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> context(seccomp_init(SCMP_ACT_ALLOW),
                                                                 seccomp_release);
  if (context == nullptr) return internal_error("seccomp_init failed");
  for (const long call : calls) {
    const int status = seccomp_rule_add(context.get(), SCMP_ACT_TRACE(1), static_cast<int>(call), 0);
    if (status < 0) return system_error("seccomp rule for " + syscall_name(call), -status);
  }
  const Fd file(::memfd_create("filter", MFD_CLOEXEC));
  if (!file.is_open()) return system_error("memfd_create");
  if (const int status = seccomp_export_bpf(context.get(), file.get()); status < 0) {
    return system_error("seccomp_export_bpf", -status);
  }
  struct stat size {};
  ::fstat(file.get(), &size);
  std::vector<sock_filter> program(static_cast<size_t>(size.st_size) / sizeof(sock_filter));
  if (::pread(file.get(), program.data(), static_cast<size_t>(size.st_size), 0) != size.st_size) {
    return system_error("reading the exported filter");
  }
  return program;
}

}  // namespace harness

#include "interruptible.h"

#include <map>
#include <set>

namespace harness {

bool moves_bytes(const std::string& call) {
  static const std::set<std::string> calls = {"read",     "write",   "pread64", "pwrite64",
                                              "recvfrom", "sendto",  "readv",   "writev",
                                              "preadv",   "pwritev", "recvmsg", "sendmsg"};
  return calls.count(call) != 0;
}

std::string never_interrupted(const std::string& call) {
  static const std::map<std::string, std::string> reasons = {
      {"pread64", "it reads files, which are not slow devices (signal(7))"},
      {"pwrite64", "it writes files, which are not slow devices (signal(7))"},
      {"preadv", "it reads files, which are not slow devices (signal(7))"},
      {"pwritev", "it writes files, which are not slow devices (signal(7))"},
      {"close", "it does not wait on pipes and sockets, and what it closes is gone in any case (close(2))"},
      {"shutdown", "it does not block (shutdown(2))"},
      {"dup", "it does not block (dup(2))"},
      {"dup3", "it does not block (dup(2))"},
      {"lseek", "it does not block (lseek(2))"},
      {"getsockopt", "it does not block (getsockopt(2))"},
      {"setsockopt", "it does not block (setsockopt(2))"},
      {"epoll_ctl", "it does not block (epoll_ctl(2))"},
      {"sched_yield", "it does not block (sched_yield(2))"},
      {"kill", "it does not block (kill(2))"},
      {"tgkill", "it does not block (tgkill(2))"},
      {"exit_group", "it does not return (exit_group(2))"},
      {"set_robust_list", "it does not block (get_robust_list(2))"},
      {"socket", "it does not block (socket(2))"},
      {"bind", "it does not block (bind(2))"},
      {"listen", "it does not block (listen(2))"},
      {"pipe2", "it does not block (pipe(2))"},
      {"mmap", "it does not block on signals (mmap(2))"},
      {"munmap", "it does not block on signals (mmap(2))"},
      {"ftruncate", "it blocks on files only, which are not slow devices (signal(7))"},
      {"getpid", "it does not block (getpid(2))"},
      {"unlink", "it does not block on signals (unlink(2))"},
      {"unlinkat", "it does not block on signals (unlink(2))"},
      {"eventfd2", "it does not block (eventfd(2))"},
      {"shmget", "it does not block (shmget(2))"},
      {"semget", "it does not block (semget(2))"},
      {"msgget", "it does not block (msgget(2))"},
  };
  const auto reason = reasons.find(call);
  return reason != reasons.end() ? reason->second : "";
}

}  // namespace harness

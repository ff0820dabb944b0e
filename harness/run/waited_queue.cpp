#include "run/waited_queue.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <sstream>

#include "os/files.h"
#include "os/queues.h"
#include "os/syscalls.h"

namespace harness {
namespace {

constexpr size_t kPolledMost = 64;

// A descriptor on which a call waits.
struct Waited {
  int fd = -1;
  bool for_room = false;
};

std::vector<Waited> polled(const ThreadState& thread) {
  std::vector<pollfd> list(std::min<size_t>(thread.args[1], kPolledMost));
  if (!read_memory(thread.pid, thread.args[0], list.data(), list.size() * sizeof(pollfd))) return {};
  std::vector<Waited> waited;
  for (const pollfd& one : list) waited.push_back({one.fd, (one.events & POLLOUT) != 0});
  return waited;
}

// "tfd:        4 events: 80000004 data: …" of proc(5), fdinfo.
std::vector<Waited> watched_by_epoll(const ThreadState& thread) {
  const auto info = read_file(fmt::format("{}/fdinfo/{}", proc_folder(thread.pid), thread.args[0]));
  std::istringstream lines(info ? *info : std::string());
  std::vector<Waited> waited;
  for (std::string line; std::getline(lines, line);) {
    int fd = -1;
    unsigned events = 0;
    if (std::sscanf(line.c_str(), "tfd: %d events: %x", &fd, &events) == 2)
      waited.push_back({fd, (events & POLLOUT) != 0});
  }
  return waited;
}

std::vector<Waited> waited_by(const ThreadState& thread) {
  switch (thread.syscall) {
    case SYS_mq_timedsend:
      return {{static_cast<int>(thread.args[0]), true}};
    case SYS_mq_timedreceive:
      return {{static_cast<int>(thread.args[0]), false}};
    case SYS_ppoll:
#ifdef SYS_poll
    case SYS_poll:
#endif
      return polled(thread);
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2:
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
      return watched_by_epoll(thread);
    default:
      return {};
  }
}

std::string who(pid_t pid, const std::map<pid_t, Known>& known) {
  const auto one = known.find(pid);
  if (one == known.end()) return fmt::format("process {}", pid);
  return fmt::format("{} ({})", one->second.role, one->second.is_alive ? "alive" : "dead");
}

std::vector<pid_t> living(const std::map<pid_t, Known>& known) {
  std::vector<pid_t> processes;
  for (const auto& [tid, one] : known) {
    if (tid == one.pid && one.is_alive) processes.push_back(tid);
  }
  return processes;
}

std::vector<std::string> dead(const std::map<pid_t, Known>& known) {
  std::vector<std::string> roles;
  for (const auto& [tid, one] : known) {
    const bool is_main = tid == one.pid && !one.is_alive;
    if (is_main && std::count(roles.begin(), roles.end(), one.role) == 0) roles.push_back(one.role);
  }
  return roles;
}

std::string names(const std::vector<std::string>& all) {
  return all.empty() ? "nobody" : fmt::format("{}", fmt::join(all, ", "));
}

std::string fill_words(const QueueState& queue) {
  const std::string much =
      queue.messages_at_most > 0
          ? fmt::format("{} of {} messages", queue.messages, queue.messages_at_most)
          : fmt::format("{} messages, {} of {} bytes", queue.messages, queue.bytes, queue.bytes_at_most);
  return (queue.is_full() ? "full: " : queue.messages == 0 ? "empty: " : "") + much;
}

std::string partner_words(const QueueState& queue, bool for_room, const std::map<pid_t, Known>& known) {
  if (queue.messages_at_most > 0) {
    std::vector<std::string> holders;
    for (const pid_t pid : queue.holders) holders.push_back(who(pid, known));
    return "open in " + names(holders);
  }
  const pid_t last = for_room ? queue.last_receiver : queue.last_sender;
  if (last == 0) return for_room ? "nobody ever received from it" : "nobody ever sent to it";
  return fmt::format("last {} by {}", for_room ? "received from" : "sent to", who(last, known));
}

void tell(const ThreadState& thread, const QueueState& queue, bool for_room,
          const std::map<pid_t, Known>& known, nlohmann::json& data) {
  const std::vector<std::string> ended = dead(known);
  data["wait"] = "queue";
  data["queue"] = {{"name", queue.name},
                   {"messages", queue.messages},
                   {"messages_at_most", queue.messages_at_most},
                   {"bytes", queue.bytes},
                   {"bytes_at_most", queue.bytes_at_most},
                   {"is_full", queue.is_full()},
                   {"ended", ended}};
  data["explained"] = fmt::format("waits for {} in {} ({}), {}{}", for_room ? "room" : "a message",
                                  queue.name, fill_words(queue), partner_words(queue, for_room, known),
                                  ended.empty() ? "" : "; dead: " + names(ended));
  if (thread.syscall == SYS_mq_timedsend || thread.syscall == SYS_mq_timedreceive)
    data["fd"] = {{"number", static_cast<int>(thread.args[0])}, {"object", queue.name}};
}

}  // namespace

bool explain_queue(const ThreadState& thread, const std::map<pid_t, Known>& known, nlohmann::json& data) {
  if (thread.syscall == SYS_msgsnd || thread.syscall == SYS_msgrcv) {
    const auto queue = sysv_queue(static_cast<int>(thread.args[0]));
    if (queue) tell(thread, *queue, thread.syscall == SYS_msgsnd, known, data);
    return queue.has_value();
  }
  for (const Waited& one : waited_by(thread)) {
    const auto queue = posix_queue(thread.pid, one.fd, living(known));
    if (!queue) continue;
    tell(thread, *queue, one.for_room, known, data);
    return true;
  }
  return false;
}

}  // namespace harness

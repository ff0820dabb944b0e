#include "run/idle_calls.h"

#include <algorithm>

#include "os/procfs.h"
#include "os/syscalls.h"
#include "os/tcp_sockets.h"

namespace harness {
namespace {

constexpr int64_t kCallsBetweenLooks = 50;

const std::set<std::string> kMoving = {"read",         "readv",  "recvfrom", "recvmsg", "write",
                                       "writev",       "sendto", "sendmsg",  "accept",  "accept4",
                                       "mq_timedsend", "wait4",  "waitid",   "splice",  "mq_timedreceive"};
const std::set<std::string> kWaiting = {"poll",         "ppoll",       "select",
                                        "pselect6",     "epoll_wait",  "epoll_pwait",
                                        "epoll_pwait2", "sched_yield", "futex"};

// Where this architecture has them.
std::set<long> numbers_of(const std::set<std::string>& names) {
  std::set<long> numbers;
  for (const std::string& name : names) {
    if (const auto number = syscall_number(name)) numbers.insert(*number);
  }
  return numbers;
}

const std::set<long>& moving() {
  static const std::set<long> numbers = numbers_of(kMoving);
  return numbers;
}

const std::set<long>& waiting() {
  static const std::set<long> numbers = numbers_of(kWaiting);
  return numbers;
}

// Equal texts prove that none of them has run in between, and that the kernel has moved nothing; "" when
// somebody runs now.
std::string read_others(pid_t tid, const std::vector<Tracer::Task>& tasks) {
  std::string text = "|";
  std::set<pid_t> processes;
  for (const Tracer::Task& task : tasks) {
    processes.insert(task.pid);
    if (task.tid == tid) continue;
    const auto thread = read_thread(task.pid, task.tid);
    if (!thread) continue;
    if (!task.held && (thread->state == 'R' || thread->state == 'D')) return "";
    text += std::to_string(task.tid) + thread->state + std::to_string(thread->switches) + "|";
  }
  return text + tcp_queues_of(processes);
}

}  // namespace

void IdleCalls::watch(std::set<long>& calls, std::set<long>& exits) {
  calls.insert(moving().begin(), moving().end());
  calls.insert(waiting().begin(), waiting().end());
  exits.insert(moving().begin(), moving().end());
}

bool IdleCalls::on_call(const Stop& stop, const std::vector<Tracer::Task>& tasks) {
  Run& run = runs_[stop.tid];
  if (stop.kind == Stop::Kind::call_exit) {
    if (moving().count(stop.call) != 0 && stop.result > 0) run = Run{};
    return false;
  }
  if (moving().count(stop.call) == 0 && waiting().count(stop.call) == 0) return false;
  ++run.in_vain;
  ++run.by_call[stop.call];
  if (run.in_vain % kCallsBetweenLooks == 0) {
    std::string others = read_others(stop.tid, tasks);
    const bool has_nobody_run = !others.empty() && others == run.others;
    if (!has_nobody_run) run = Run{.others = std::move(others)};
  }
  Longest& longest = longest_[stop.role];
  if (run.in_vain > longest.in_vain) longest = {.in_vain = run.in_vain, .by_call = run.by_call};
  return run.in_vain >= kNotWaitedOut;
}

nlohmann::json IdleCalls::longest_of(int role) const {
  nlohmann::json data = {{"in_vain", 0}, {"by_call", nlohmann::json::object()}};
  const auto longest = longest_.find(role);
  if (longest == longest_.end()) return data;
  data["in_vain"] = longest->second.in_vain;
  for (const auto& [call, count] : longest->second.by_call) data["by_call"][syscall_name(call)] = count;
  return data;
}

std::string IdleCalls::most_made_of(int role) const {
  const auto longest = longest_.find(role);
  if (longest == longest_.end() || longest->second.by_call.empty()) return "";
  const Counts& counts = longest->second.by_call;
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return syscall_name(most->first);
}

}  // namespace harness

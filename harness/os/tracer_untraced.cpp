// The tracer without ptrace(2): stops that a parent sees by wait(2), and calls that seccomp tells of.
#include <sys/wait.h>
#include <unistd.h>

#include "os/procfs.h"
#include "os/tracer.h"

namespace harness {

std::optional<Stop> Tracer::untraced_status(pid_t pid, int status) {
  if (tasks_.count(pid) == 0)
    return std::nullopt;  // an orphan that was handed to us: reaped, nobody's business
  if (!WIFSTOPPED(status)) return on_end(pid, status);
  tasks_[pid].held = true;
  notifier_.on_stopped(pid);
  Stop stop = stop_of(Stop::Kind::parked, pid);
  stop.signal = WSTOPSIG(status);
  return stop;
}

std::optional<Stop> Tracer::notified() {
  while (const auto call = notifier_.poll()) {
    const auto process = processes_.find(call->pid);
    if (process == processes_.end()) {
      notifier_.let_run(call->tid);
      continue;
    }
    note_alarm(call->tid, process->second, call->call, call->args);
    if (calls_[call->role].count(call->call) == 0) {
      notifier_.let_run(call->tid);
      continue;
    }
    return Stop{.kind = Stop::Kind::call_enter,
                .tid = call->tid,
                .pid = call->pid,
                .role = call->role,
                .call = call->call,
                .args = call->args,
                .is_thread = call->tid != call->pid};
  }
  return std::nullopt;
}

// Threads and descendants that no tracer told of. An orphan belongs to nobody that is known: role -1.
void Tracer::add_untraced(std::vector<Task>& all) const {
  std::map<pid_t, int> role_of;
  for (const Task& main : std::vector<Task>(all)) {
    for (const pid_t thread : threads_of(main.pid)) {
      if (thread != main.tid) all.push_back({.tid = thread, .pid = main.pid, .role = main.role});
    }
    for (const pid_t child : descendants_of(main.pid)) role_of[child] = main.role;
  }
  for (const pid_t pid : descendants_of(::getpid())) {
    if (tasks_.count(pid) != 0) continue;
    const auto role = role_of.find(pid);
    for (const pid_t thread : threads_of(pid)) {
      all.push_back({.tid = thread, .pid = pid, .role = role != role_of.end() ? role->second : -1});
    }
  }
}

}  // namespace harness

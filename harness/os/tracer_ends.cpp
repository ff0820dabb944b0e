// How processes are brought to their end under the tracer.
#include <sys/ptrace.h>
#include <unistd.h>

#include <csignal>

#include "os/procfs.h"
#include "os/tracer.h"

namespace harness {

// All tasks of its process die with it, also those that are held at other points.
void Tracer::let_die(pid_t tid) {
  const auto victim = tasks_.find(tid);
  if (victim == tasks_.end()) return;
  const pid_t pid = victim->second.pid;
  notifier_.forget(pid);
  for (auto& [other, state] : tasks_) {
    if (state.pid == pid) state.held = state.in_group_stop = false;
  }
}

bool Tracer::is_empty() const { return tasks_.empty() && (traced_ || descendants_of(::getpid()).empty()); }

void Tracer::kill_all() {
  for (const auto& [pid, process] : processes_) ::kill(pid, SIGKILL);
  for (const auto& [tid, status] : unknown_) ::kill(tid, SIGKILL);
  // One that is held on its way out hears no signal any more.
  for (const auto& [tid, task] : tasks_) {
    if (task.is_ending) ::ptrace(PTRACE_CONT, tid, nullptr, nullptr);
  }
  if (traced_) return;
  for (const pid_t pid : descendants_of(::getpid())) ::kill(pid, SIGKILL);
}

}  // namespace harness

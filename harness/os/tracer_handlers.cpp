// What becomes of a call that a signal interrupted: whether the kernel makes it again or the program is told.
#include "os/registers.h"
#include "os/tracer.h"

namespace harness {

// Only the kernel knows whether a handler has SA_RESTART: what it decided stands in the frame that it makes
// for the handler, and a step with the signal stops there (signal(7), ptrace(2)). A thread that is stepped
// anyway is left alone.
bool Tracer::is_handler_asked_for(pid_t tid, int signal) const {
  const auto task = tasks_.find(tid);
  return task != tasks_.end() && signal != 0 && task->second.restarting && !task->second.steps;
}

std::optional<Stop> Tracer::on_handler(pid_t tid) {
  TaskState& task = tasks_[tid];
  task.at_handler = false;
  task.restarting = !will_return_interrupted(tid);
  go_on(tid);
  return std::nullopt;
}

}  // namespace harness

// Tracer, the part that takes a region of a thread's way instruction by instruction.
//
// One step costs two context switches. The tracer therefore waits for each step where it stands, as long as
// the instruction is no system call, in which the thread might sleep. What is not counted (the probe library)
// is run through at full speed up to a breakpoint.
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "os/procfs.h"
#include "os/registers.h"
#include "os/tracer.h"

namespace harness {
namespace {

constexpr int kStepsAtOnce = 4096;  // before the other tasks are looked at again
constexpr size_t kNameMax = 48;

bool is_plain_trap(int status) { return WIFSTOPPED(status) && status >> 8 == SIGTRAP; }

std::string text_at(pid_t pid, uint64_t address) {
  std::string text;
  for (char c = 0; text.size() < kNameMax; text += c) {
    if (!read_memory(pid, address + text.size(), &c, 1) || c == '\0') break;
  }
  return text;
}

RegionCall call_about_to_be_made(int nth, const RegisterSet& at) {
  return {.nth = nth,
          .call = static_cast<long>(call_number(at)),
          .first = first_argument(at),
          .second = second_argument(at)};
}

// The thread stands before an instruction: if the one before made a call, that has returned.
void note_return(RegionTrail& trail, const RegisterSet& at) {
  if (trail.calls.empty() || trail.calls.back().has_returned) return;
  trail.calls.back().result = call_result(at);
  trail.calls.back().has_returned = true;
}

}  // namespace

void Tracer::step_through(pid_t tid, StepRegion region) {
  tasks_[tid].steps = Steps{.region = std::move(region)};
}

std::optional<int> Tracer::steps_of(pid_t tid) const {
  const auto task = tasks_.find(tid);
  if (task == tasks_.end() || !task->second.steps) return std::nullopt;
  return task->second.steps->count;
}

// Lets a stopped task go on as it was going.
void Tracer::go_on(pid_t tid, int signal) {
  const auto task = tasks_.find(tid);
  if (task == tasks_.end() || !task->second.steps) {
    continues(tid, PTRACE_CONT, signal);
    return;
  }
  Steps& steps = *task->second.steps;
  if (!steps.has_begun) {
    steps.has_begun = true;
    run_until(tid, {steps.region.first});
  }
  if (!steps.breakpoints.empty()) {
    continues(tid, PTRACE_CONT, signal);
    return;
  }
  if (signal == 0 && std::exchange(steps.is_at_instruction, false)) {
    if (const auto stop = at_instruction(tid)) ready_.push_back(*stop);
    return;
  }
  const bool is_over = !steps.region.to_the_end &&
                       (steps.region.wanted.empty() || steps.count >= *steps.region.wanted.rbegin());
  if (is_over) task->second.steps.reset();
  continues(tid, is_over ? PTRACE_CONT : PTRACE_SINGLESTEP, signal);
}

std::optional<Stop> Tracer::on_step_trap(pid_t tid, bool is_breakpoint) {
  Steps& steps = *tasks_[tid].steps;
  if (steps.breakpoints.empty()) return at_instruction(tid);
  auto set = read_registers(tid);
  const bool is_ours = set && is_breakpoint && steps.breakpoints.count(breakpoint_hit(*set)) != 0;
  if (!is_ours) {
    go_on(tid);
    return std::nullopt;
  }
  set_program_counter(*set, breakpoint_hit(*set));
  [[maybe_unused]] const Status moved = write_registers(tid, *set);  // fails only when it has died
  take_breakpoints_away(tid);
  return at_instruction(tid);
}

// A thread that runs into a breakpoint of another waits until that is gone.
bool Tracer::is_anothers_breakpoint(pid_t tid) {
  const pid_t pid = tasks_[tid].pid;
  auto set = read_registers(tid);
  if (!set) return false;
  const uint64_t hit = breakpoint_hit(*set);
  for (const auto& [other, state] : tasks_) {
    if (other == tid || state.pid != pid || !state.steps || state.steps->breakpoints.count(hit) == 0)
      continue;
    set_program_counter(*set, hit);
    [[maybe_unused]] const Status moved = write_registers(tid, *set);
    processes_[pid].waiting.push_back(tid);
    return true;
  }
  return false;
}

void Tracer::run_until(pid_t tid, const std::vector<uint64_t>& addresses) {
  Steps& steps = *tasks_[tid].steps;
  for (const uint64_t address : addresses) {
    if (const auto before = set_breakpoint(tid, address)) steps.breakpoints.emplace(address, *before);
  }
}

// Last first: the word under one breakpoint may hold another.
void Tracer::take_breakpoints_away(pid_t tid) {
  Steps& steps = *tasks_[tid].steps;
  for (auto each = steps.breakpoints.rbegin(); each != steps.breakpoints.rend(); ++each) {
    [[maybe_unused]] const Status restored = restore_code(tid, each->first, each->second);
  }
  steps.breakpoints.clear();
  for (const pid_t waiting : std::exchange(processes_[tasks_[tid].pid].waiting, {})) go_on(waiting);
}

// Of a thread at the entry of a function of the probe library: the probe that it passes, "" when none.
std::string Tracer::probe_passed(pid_t tid, const RegisterSet& at) const {
  const StepRegion& region = tasks_.at(tid).steps->region;
  return program_counter(at) == region.uncounted.front() ? text_at(tid, first_argument(at)) : "";
}

bool Tracer::is_at_end(pid_t tid, const RegisterSet& at) const {
  return probe_passed(tid, at) == tasks_.at(tid).steps->region.last;
}

void Tracer::note_store(pid_t tid) {
  Steps& steps = *tasks_[tid].steps;
  if (!steps.region.watched_but) return;
  if (!steps.watch) steps.watch.emplace(tasks_[tid].pid, *steps.region.watched_but);
  steps.trail.is_unwatched = steps.watch->is_too_much();
  if (steps.watch->has_changed()) steps.trail.stores.push_back(steps.count);
}

// The task stands before an instruction that has not been counted yet; goes on from there until something is
// to be told.
std::optional<Stop> Tracer::at_instruction(pid_t tid) {
  TaskState& task = tasks_[tid];
  for (int taken = 0;; ++taken) {
    Steps& steps = *task.steps;
    steps.is_at_instruction = false;
    const auto set = read_registers(tid);
    if (!set) return std::nullopt;  // it has been killed: its end comes by itself
    note_return(steps.trail, *set);
    const uint64_t here = program_counter(*set);
    const std::vector<uint64_t>& uncounted = steps.region.uncounted;
    if (std::count(uncounted.begin(), uncounted.end(), here) != 0) {
      if (is_at_end(tid, *set)) {
        Stop stop = stop_of(Stop::Kind::region_end, tid);
        stop.nth = steps.count;
        stop.trail = std::move(steps.trail);
        task.steps.reset();
        return stop;
      }
      steps.trail.told.push_back({steps.count, probe_passed(tid, *set)});
      run_until(tid, {return_address(tid, *set)});
      go_on(tid);
      return std::nullopt;
    }
    // A handler's return leads there on arm64 too, into code that goes back by a call of its own.
    const CodeRange& vdso = steps.region.vdso;
    const uint64_t back = vdso.contains(here) ? return_address(tid, *set) : 0;
    if (back != 0 && !vdso.contains(back)) {
      run_until(tid, {back});
      go_on(tid);
      return std::nullopt;
    }
    ++steps.count;
    note_store(tid);
    if (steps.region.wanted.count(steps.count) != 0) {
      Stop stop = stop_of(Stop::Kind::instruction, tid);
      stop.nth = steps.count;
      stop.address = here;
      stop.trail = steps.trail;
      return stop;
    }
    if (const auto ends = ends_of_unit(tid, here); !ends.empty()) {
      steps.trail.unbroken.push_back(steps.count);
      run_until(tid, ends);
      go_on(tid);
      return std::nullopt;
    }
    const bool may_sleep = makes_call(code_at(tid, here));
    if (may_sleep) steps.trail.calls.push_back(call_about_to_be_made(steps.count, *set));
    go_on(tid);
    if (may_sleep || taken >= kStepsAtOnce || !task.steps) return std::nullopt;
    int status = 0;
    if (::waitpid(tid, &status, __WALL) != tid) return std::nullopt;
    if (!is_plain_trap(status)) return interpret(tid, status);
    task.held = true;
  }
}

}  // namespace harness

// Tracer: watches the processes of one case and reports where they stop. Only os/launch and os/zygote call
// ptrace(2) and wait(2) beside it, on processes that it does not know yet.
//
// Two modes. Traced: roles are seized; threads and children are followed; system calls of a chosen set stop
// at entry and, where wanted, at exit, but only from main on (the loader's calls differ from build to build).
// Untraced, for machines that deny ptrace: a role's own stops by SIGSTOP (a probe parks so) and its end are
// seen, and where its launch has a filter that notifies, the entries of its chosen calls (os/notifier.h).
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/launch.h"
#include "os/notifier.h"
#include "os/procfs.h"
#include "os/region_trail.h"
#include "os/registers.h"
#include "os/shared_watch.h"
#include "os/transfer.h"

namespace harness {

// One thing that the tracer saw. A task that stopped stays stopped until Tracer::resume.
struct Stop {
  enum class Kind {
    at_main,      // stopped: main is about to run; system calls count from here
    parked,       // stopped by a SIGSTOP that it sent to itself, or that came from elsewhere
    call_enter,   // stopped: a chosen call, before the kernel sees it
    call_exit,    // stopped: the same call has returned `result`
    signal,       // stopped: a signal is about to be delivered
    executed,     // stopped: the process has become another program
    new_task,     // running: a thread or a child came to be
    instruction,  // stopped: about to execute a wanted instruction of its region, the nth
    region_end,   // stopped: it leaves its region, of which it has executed n instructions
    ending,       // stopped in exit(2), before the kernel has released anything of it
    ended,        // gone and reaped
  };

  Kind kind = Kind::ended;
  pid_t tid = 0;
  pid_t pid = 0;
  int role = 0;  // as given to Tracer::start
  long call = -1;
  std::array<uint64_t, 6> args{};
  int64_t result = 0;
  int signal = 0;          // Kind::signal, or what ended it
  int exit_code = 0;       // Kind::ended without a signal
  bool is_thread = false;  // new_task, ending, ended: not the process's leader
  bool by_signal = false;  // ended
  int nth = 0;             // instruction, region_end; ending: those executed of a region that it is in
  uint64_t address = 0;    // instruction
  RegionTrail trail;       // instruction, region_end, ending: of the region so far
};

// A stretch of a thread's way that is taken instruction by instruction. Addresses are of the process.
struct StepRegion {
  uint64_t first = 0;               // counting begins where this is about to be executed
  std::vector<uint64_t> uncounted;  // functions that are run through; the first of them passes a probe,
  std::string last;                 // whose name is its argument: this one ends the region
  CodeRange vdso = {};              // is run through as well: how long it reads a clock, the time of day says
  std::set<int> wanted;             // instructions, counted from 1, at which to stop
  bool to_the_end = false;          // go on counting behind the last that is wanted
  std::optional<std::string> watched_but = {};  // note stores to shared memory, but to that of this object
};

class Tracer {
 public:
  explicit Tracer(bool traced) : traced_(traced) {}

  // Starts a role's first process. `exits` are the calls, among those of the launch's filter, that stop at
  // exit too. It runs at once. Untraced, a filter is one that notifies, and there are no exits.
  Result<pid_t> start(int role, const Launch& order, uint64_t entry, uint64_t main, std::set<long> calls,
                      std::set<long> exits);

  // The same with a process that a zygote made: it stands before main's first instruction, seized, and is let
  // run.
  void take_over(int role, pid_t pid, std::set<long> calls, std::set<long> exits);

  // The next thing that happened, without waiting for one.
  std::optional<Stop> poll();

  // Waits until something may have happened, at most this long (nanoseconds), or until `interrupt` (a
  // descriptor, or -1) becomes readable: true means that it did.
  bool wait(int64_t timeout_ns, int interrupt);

  // Lets a stopped task go on, with a signal to deliver or 0.
  void resume(pid_t tid, int signal = 0);

  // Makes the call at which the task stands fail: not run at all from its entry, or its result overwritten at
  // its exit.
  Status fail_call(pid_t tid, int error, bool is_entry);

  // Makes the call at whose entry the task stands move at most so many bytes (os/transfer.h).
  Result<ShorterTransfer> shorten_call(pid_t tid, size_t bytes);

  // Has the task, which stands at a point, make a call of ours; it stands there again when this returns.
  Result<int64_t> make_call(pid_t tid, long call, const std::array<uint64_t, 6>& args);

  // Makes the call at whose entry the task stands stop at its exit too, whether or not that was asked for,
  // and also when it has only been interrupted.
  void watch_return(pid_t tid);

  // Has the task, at the entry of a call, stand before the call's instruction, as if it had not come to it,
  // and run from there: a signal that is pending is handled first.
  Status rewind_call(pid_t tid);

  // From its next resume on the task takes the region step by step. The instructions of the region that it
  // was in are told by region_end, or by its ending.
  void step_through(pid_t tid, StepRegion region);

  // How many instructions of its region a task has executed; nullopt when it is in none.
  std::optional<int> steps_of(pid_t tid) const;

  // Lets a task that has just been sent SIGSTOP enter its group-stop and stay there.
  void let_stop(pid_t tid);

  // Says that the task has been killed where it stood: it is no longer held, but on its way out.
  void let_die(pid_t tid);

  // Ends the process and everything that it left.
  void kill_all();

  bool traced() const { return traced_; }

  // The processes and threads of all roles that are alive now, as far as this mode can see.
  struct Task {
    pid_t tid = 0;
    pid_t pid = 0;
    int role = 0;
    bool held = false;          // stopped by us
    bool is_alarm_set = false;  // alarm(2) or setitimer(2) will wake it
  };
  std::vector<Task> tasks() const;

  // True when no process of any role is left; without a tracer also no orphan that one left behind.
  bool is_empty() const;

  // Whether calls of this process count from its main on; where main was not found they count from the
  // program's entry.
  bool counts_from_main(pid_t pid) const;

 private:
  struct Process {
    int role = 0;
    bool counting = false;  // main has been reached, or cannot be
    bool is_main_known = true;
    bool is_alarm_set = false;
    bool alarm_repeats = false;
    uint64_t breakpoint = 0;  // address, 0 when none is set
    uint64_t replaced = 0;    // the code under it
    int threads = 0;
    std::vector<pid_t> waiting;  // threads that hit a breakpoint which is meant for another
  };
  struct Steps {  // see tracer_steps.cpp
    StepRegion region;
    int count = 0;
    bool has_begun = false;
    bool is_at_instruction = false;  // at one that has not been looked at
    RegionTrail trail;
    std::optional<SharedWatch> watch;
    std::map<uint64_t, uint64_t> breakpoints;  // it runs until one of them: address, and the code there
  };
  struct TaskState {
    pid_t pid = 0;
    bool held = false;
    bool in_call = false;        // between call_enter and call_exit
    bool restarting = false;     // its call will be made again by the kernel: not a new arrival
    bool at_handler = false;     // its next stop is before the first instruction of a signal handler
    bool return_wanted = false;  // its exit stops, whatever was asked for at the start
    std::optional<TransferUndo> undo;
    long call = -1;
    std::array<uint64_t, 6> args{};
    bool in_group_stop = false;
    bool is_ending = false;  // has begun to end: no signal reaches it
    std::optional<Steps> steps;
  };

  std::optional<Stop> interpret(pid_t tid, int status);
  std::optional<Stop> on_ptrace_event(pid_t tid, int event, int signal);
  std::optional<Stop> on_seccomp(pid_t tid);
  std::optional<Stop> on_call_exit(pid_t tid);
  std::optional<Stop> on_trap(pid_t tid);
  bool is_handler_asked_for(pid_t tid, int signal) const;  // see tracer_handlers.cpp
  std::optional<Stop> on_handler(pid_t tid);
  std::optional<Stop> on_exec(pid_t tid);
  std::optional<Stop> on_end(pid_t tid, int status);
  std::optional<Stop> untraced_status(pid_t pid, int status);
  std::optional<Stop> notified();
  void on_new_task(pid_t parent, bool is_thread);
  void add_untraced(std::vector<Task>& all) const;
  bool adopt(pid_t tid, pid_t pid, int role, bool counting);
  bool adopt_by_procfs(pid_t tid);
  void adopt_waiting();
  void set_main_breakpoint(pid_t tid, Process& process);
  void note_alarm(pid_t tid, Process& process, long call, const std::array<uint64_t, 6>& args);
  bool continues(pid_t tid, int request, int signal);
  void go_on(pid_t tid, int signal = 0);
  std::optional<Stop> on_step_trap(pid_t tid, bool is_breakpoint);
  bool is_anothers_breakpoint(pid_t tid);
  std::optional<Stop> at_instruction(pid_t tid);
  bool is_at_end(pid_t tid, const RegisterSet& at) const;
  void note_store(pid_t tid);
  std::string probe_passed(pid_t tid, const RegisterSet& at) const;
  void run_until(pid_t tid, const std::vector<uint64_t>& addresses);
  void take_breakpoints_away(pid_t tid);
  Stop stop_of(Stop::Kind kind, pid_t tid) const;

  bool traced_;
  std::map<pid_t, TaskState> tasks_;
  std::map<pid_t, Process> processes_;
  std::map<pid_t, int> unknown_;         // tasks that stopped before their parent's event told whose they are
  std::map<int, std::set<long>> calls_;  // by role
  std::map<int, std::set<long>> exits_;
  std::deque<Stop> ready_;
  Notifier notifier_;                                       // untraced
  std::optional<std::pair<uint64_t, uint64_t>> next_main_;  // entry and main of the program being started
};

// A result that only the kernel sees: a signal interrupted the call, which returns EINTR or is made again, as
// the signal's handler says (signal(7), SA_RESTART).
bool will_restart(int64_t result);

// The calls that set a timer which interrupts: the tracer always watches them, to know what can still wake a
// process.
std::vector<long> alarm_calls();

}  // namespace harness

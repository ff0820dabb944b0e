// SweptProcess: a copy of a program under test that stands where it is let go on from, and ends with this
// object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.h"
#include "os/registers.h"

namespace harness {

// Waits for a child are given up when nothing has come of them for this long: the program sleeps, or spins.
// While one of these lives, SIGALRM and the timer of this process are its own.
class TracePatience {
 public:
  explicit TracePatience(int seconds);
  ~TracePatience();
  TracePatience(const TracePatience&) = delete;
  TracePatience& operator=(const TracePatience&) = delete;
};

// How a traced process came to a stop, or to its end.
struct TraceStop {
  enum class Kind { trap, signal, event, ended, too_long } kind = Kind::trap;
  int signal = 0;  // signal: to be passed on; ended: what killed it
  int event = 0;   // PTRACE_EVENT_…
  int status = 0;  // ended: its exit status
};

class SweptProcess {
 public:
  explicit SweptProcess(pid_t pid) : pid_(pid) {}
  SweptProcess(SweptProcess&& other) noexcept;
  SweptProcess& operator=(SweptProcess&&) = delete;
  ~SweptProcess();  // kills it

  pid_t pid() const { return pid_; }

  // Lets it go on, by one instruction or until something stops it. Signals that come to it on the way are
  // passed on. Blame::unavailable: the program did what a victim must not do, such as starting a process,
  // with the reason.
  Result<TraceStop> step();
  Result<TraceStop> run();

  // Lets it run until it is about to execute the instruction there, for the next time: false when it ended,
  // slept or spun instead.
  Result<bool> run_to(uint64_t address);

  // Kills it where it stands and waits for its end. What the kernel does for a dead thread that others can
  // see, in its futexes above all, has happened when this returns.
  void kill();

  // Lets go of it without ending it; who calls this waits for it.
  pid_t release();

 private:
  Result<TraceStop> go_on(int request);

  pid_t pid_;
};

// Waits for a child to stop or to end, as long as patience lasts. `options` are those of waitpid(2): a child
// that is not traced is told of when it is stopped, too, with WUNTRACED.
TraceStop await(pid_t pid, int options = 0);

std::string describe(const TraceStop& arrival);

}  // namespace harness

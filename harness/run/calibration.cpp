#include "run/calibration.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "os/clock.h"
#include "os/fd.h"

namespace harness {
namespace {

constexpr int kRoundTrips = 300;
constexpr int kIntegerSteps = 2'000'000;

struct Pipe {
  Fd reader;
  Fd writer;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe2");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void pin_to(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

bool pass_on(int from, int to) {
  char byte = 0;
  return ::read(from, &byte, 1) == 1 && ::write(to, &byte, 1) == 1;
}

void compute() {
  uint64_t state = 1;
  for (int i = 0; i < kIntegerSteps; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  [[maybe_unused]] volatile uint64_t result = state;
}

// Both children have all four ends: the echoing one is ended by a signal, not by the end of its pipe.
int64_t timed_work(const Pipe& there, const Pipe& back) {
  const pid_t echo = ::fork();
  if (echo == 0) {
    while (pass_on(there.reader.get(), back.writer.get())) {
    }
    ::_exit(0);
  }
  if (echo < 0) return -1;
  const int64_t begin = now_ns();
  const char byte = 0;
  bool is_whole = ::write(there.writer.get(), &byte, 1) == 1;
  for (int i = 1; is_whole && i < kRoundTrips; ++i) is_whole = pass_on(back.reader.get(), there.writer.get());
  char last = 0;
  is_whole = is_whole && ::read(back.reader.get(), &last, 1) == 1;
  compute();
  const int64_t end = now_ns();
  ::kill(echo, SIGKILL);
  ::waitpid(echo, nullptr, 0);
  return is_whole ? end - begin : -1;
}

}  // namespace

Result<int64_t> calibration_ns(int cpu) {
  ASSIGN_OR_RETURN(const Pipe there, make_pipe());
  ASSIGN_OR_RETURN(const Pipe back, make_pipe());
  ASSIGN_OR_RETURN(const Pipe report, make_pipe());
  const pid_t worker = ::fork();
  if (worker < 0) return system_error("fork");
  if (worker == 0) {
    pin_to(cpu);
    const int64_t taken = timed_work(there, back);
    ::_exit(::write(report.writer.get(), &taken, sizeof taken) == sizeof taken ? 0 : 1);
  }
  ::waitpid(worker, nullptr, 0);
  int64_t taken = -1;
  if (::read(report.reader.get(), &taken, sizeof taken) != sizeof taken || taken < 0) {
    return internal_error("the calibration did not end");
  }
  return taken;
}

}  // namespace harness

#include "bench/measure.h"

#include <pthread.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "base/result.h"
#include "bench/shared_pages.h"
#include "bench/stage.h"

namespace harness {
namespace {

constexpr int kMostSamples = 200'000;
constexpr int kWarming = 100;
constexpr size_t kSmall = 8;

// What the two sides share with who measures.
struct Sheet {
  pthread_barrier_t start;
  uint64_t nanoseconds = 0;
  uint64_t calls = 0;
  std::array<uint32_t, kMostSamples> trips;  // nanoseconds each
};

struct Job {
  uint64_t messages = 0;  // of a transfer
  size_t size = 0;        // of each
  int round_trips = 0;
};

void arm(Sheet& sheet) {
  pthread_barrierattr_t shared;
  pthread_barrierattr_init(&shared);
  pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&sheet.start, &shared, 2);
}

// Pages that are there before time is taken.
class Buffer {
 public:
  explicit Buffer(size_t size) : bytes_(size + 2 * kHeadroom, 1) {}
  unsigned char* get() { return bytes_.data() + kHeadroom; }

 private:
  std::vector<unsigned char> bytes_;
};

bool work_as_near(Channel& channel, const Job& job, Sheet& sheet) {
  Buffer buffer(std::max(job.size, kSmall));
  channel.begin(Side::near);
  pthread_barrier_wait(&sheet.start);
  const uint64_t begin = nanoseconds_now();
  for (uint64_t i = 0; i < job.messages; ++i) {
    if (!channel.send(Side::near, buffer.get(), job.size)) return false;
  }
  if (job.messages > 0 && !channel.receive(Side::near, buffer.get(), kSmall)) return false;
  sheet.nanoseconds = nanoseconds_now() - begin;
  for (int i = 0; i < job.round_trips; ++i) {
    const uint64_t sent = nanoseconds_now();
    if (!channel.send(Side::near, buffer.get(), kSmall) || !channel.receive(Side::near, buffer.get(), kSmall))
      return false;
    sheet.trips.at(static_cast<size_t>(i)) = static_cast<uint32_t>(nanoseconds_now() - sent);
  }
  return true;
}

bool work_as_far(Channel& channel, const Job& job, Sheet& sheet) {
  Buffer buffer(std::max(job.size, kSmall));
  channel.begin(Side::far);
  pthread_barrier_wait(&sheet.start);
  for (uint64_t i = 0; i < job.messages; ++i) {
    if (!channel.receive(Side::far, buffer.get(), job.size)) return false;
  }
  if (job.messages > 0 && !channel.send(Side::far, buffer.get(), kSmall)) return false;
  for (int i = 0; i < job.round_trips; ++i) {
    if (!channel.receive(Side::far, buffer.get(), kSmall) || !channel.send(Side::far, buffer.get(), kSmall))
      return false;
  }
  return true;
}

int exit_status_of_side(bool is_done) { return is_done ? 0 : std::clamp(errno, 1, 125); }

// Lets a traced process go on and counts the calls that it enters, until it ends.
uint64_t count_until_end(pid_t pid, int& status) {
  uint64_t stops = 0;
  int word = 0;
  ::waitpid(pid, &word, 0);
  ::ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  for (int signal = 0;;) {
    ::ptrace(PTRACE_SYSCALL, pid, nullptr, signal);
    if (::waitpid(pid, &word, 0) < 0 || !WIFSTOPPED(word)) break;
    const bool is_call = WSTOPSIG(word) == (SIGTRAP | 0x80);
    stops += is_call ? 1 : 0;
    signal = is_call ? 0 : WSTOPSIG(word);
  }
  status = WIFEXITED(word) ? WEXITSTATUS(word) : 128 + WTERMSIG(word);
  return stops / 2;  // at entry and at exit
}

Error side_failed(const Mechanism& mechanism, int status) {
  const std::string why = status < 126 ? std::strerror(status) : "status " + std::to_string(status);
  return internal_error(std::string(mechanism.id()) + ": a side failed: " + why);
}

// Both sides, each a process; who measures waits for both, and lets neither wait for one that has failed.
Status run_pair(const Mechanism& mechanism, const Placement& placement, const Job& job, Sheet& sheet,
                bool is_counting) {
  return on_stage([&]() -> Status {
    arm(sheet);
    ASSIGN_OR_RETURN(const std::unique_ptr<Channel> channel, mechanism.open());
    const pid_t far =
        fork_pinned(placement.far, [&] { return exit_status_of_side(work_as_far(*channel, job, sheet)); });
    const pid_t near = fork_pinned(placement.near, [&] {
      if (is_counting) {
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::raise(SIGSTOP);
      }
      return exit_status_of_side(work_as_near(*channel, job, sheet));
    });
    if (far < 0 || near < 0) return system_error("fork");
    int status = 0;
    if (is_counting) sheet.calls = count_until_end(near, status);
    for (int left = is_counting ? 1 : 2; left > 0 && status == 0; --left) {
      int word = 0;
      ::waitpid(-1, &word, 0);
      status = WIFEXITED(word) ? WEXITSTATUS(word) : 128 + WTERMSIG(word);
    }
    if (status == 0) return done();
    ::kill(near, SIGKILL);  // not waited for where it has ended, so the number is still its own
    ::kill(far, SIGKILL);
    return side_failed(mechanism, status);
  });
}

Job transfer_of(const Mechanism& mechanism, uint64_t bytes) {
  const size_t size = mechanism.largest_message();
  return {.messages = (bytes + size - 1) / size, .size = size};
}

Result<double> calls_for(const Mechanism& mechanism, int processor, const Job& few, const Job& many) {
  const Shared<Sheet> sheet;
  const Placement one{processor, processor};
  TRY(run_pair(mechanism, one, few, *sheet, true));
  const auto least = static_cast<double>(sheet->calls);
  TRY(run_pair(mechanism, one, many, *sheet, true));
  const double repeats = static_cast<double>(many.messages - few.messages) +
                         static_cast<double>(many.round_trips - few.round_trips);
  return (static_cast<double>(sheet->calls) - least) / repeats;
}

}  // namespace

Result<double> measure_transfer(const Mechanism& mechanism, const Placement& placement,
                                const Amount& amount) {
  const Shared<Sheet> sheet;
  const Job job = transfer_of(mechanism, amount.bytes);
  std::vector<double> rates;
  for (int i = 0; i < amount.repeats; ++i) {
    TRY(run_pair(mechanism, placement, job, *sheet, false));
    const double microseconds = static_cast<double>(sheet->nanoseconds) / 1000;
    rates.push_back(static_cast<double>(job.messages * job.size) / microseconds);
  }
  return distribution_of(rates).p50;
}

Result<Distribution> measure_round_trips(const Mechanism& mechanism, const Placement& placement,
                                         const Amount& amount) {
  const Shared<Sheet> sheet;
  const int trips = std::min(amount.round_trips + kWarming, kMostSamples);
  TRY(run_pair(mechanism, placement, {.round_trips = trips}, *sheet, false));
  std::vector<double> microseconds;
  for (int i = kWarming; i < trips; ++i)
    microseconds.push_back(static_cast<double>(sheet->trips.at(static_cast<size_t>(i))) / 1000);
  return distribution_of(microseconds);
}

Result<Calls> count_calls(const Mechanism& mechanism, int processor) {
  Calls calls;
  ASSIGN_OR_RETURN(calls.per_round_trip,
                   calls_for(mechanism, processor, {.round_trips = 100}, {.round_trips = 300}));
  const size_t size = mechanism.largest_message();
  if (size == 0) return calls;
  ASSIGN_OR_RETURN(const double per_message, calls_for(mechanism, processor, {.messages = 100, .size = size},
                                                       {.messages = 500, .size = size}));
  calls.per_message = per_message;
  return calls;
}

double measure_memcpy(const Amount& amount) {
  std::vector<unsigned char> from(amount.bytes, 1);
  std::vector<unsigned char> to(amount.bytes, 2);
  std::vector<double> rates;
  for (int i = 0; i < std::max(amount.repeats, 3); ++i) {
    from[0] = static_cast<unsigned char>(i);
    const uint64_t begin = nanoseconds_now();
    std::memcpy(to.data(), from.data(), amount.bytes);
    rates.push_back(static_cast<double>(amount.bytes) * 1000 /
                    static_cast<double>(nanoseconds_now() - begin));
  }
  return distribution_of(rates).p50;
}

}  // namespace harness

// Target race: programs that tell each of their accesses, as for ThreadSanitizer, to a detector of our own
// (probe/race). It knows shared memory by its object and offset and keeps what it knows in memory that all
// roles share, so that it sees what processes do to each other.
#include "target/forked_worker.h"
#include "target/sanitizer.h"

namespace harness {
namespace {

class RaceTarget : public Target {
 public:
  std::string_view id() const override { return "race"; }
  std::string_view summary() const override {
    return "the same, looking for data races in the memory that processes share";
  }

  std::vector<std::string> shows() const override { return race_detector().shows; }
  std::vector<std::string> cannot_show() const override { return race_detector().cannot_show; }
  std::string build() const override { return std::string(race_detector().build); }
  std::string made_by() const override { return made_for(race_detector()); }
  std::map<std::string, std::string> lacks() const override { return lacks_of(&race_detector()); }
  Status availability() const override { return try_sanitizer(race_detector()); }

  Result<std::unique_ptr<WorkerLink>> open_worker(const WorkerRequest& request) const override {
    return fork_worker(request);
  }
};

const Registration<Target> registration{std::make_unique<RaceTarget>()};

}  // namespace

const Sanitizer& race_detector() {
  static const Sanitizer sanitizer{
      .ability = "race",
      .build = "race",
      .name = "the race detector between processes",
      .runtime = "",
      .environment = {},
      .shows =
          {"data races in memory that processes share, whatever addresses they have for it: an order that "
           "atomics, fences, locks, semaphores, queues, pipes, sockets, fork, an end or a signal should have "
           "made, and did not, on the run that was seen"},
      .cannot_show = {
          "a wrong order where everything is atomic: that is no data race (target model)",
          "races in a process's own memory (target tsan)",
          "what a wake-up by futex(2) orders: that a sleeper was woken orders nothing by itself, "
          "and a program "
          "that relies on it is reported",
          "races between processes that talk by sockets, or by eventfd, where the two talked in "
          "between at all: "
          "all of either kind are one thing, and each message orders what came before it",
          "what a program or a library keeps from ThreadSanitizer (no_sanitize(\"thread\")), and what it "
          "does in assembly: atomics there order nothing, so that a right program is reported; "
          "__tsan_acquire and __tsan_release tell of them",
          "a copy by __builtin_memcpy of a constant size, which gcc puts into the code unseen, and memory "
          "that is "
          "mapped by syscall(2)",
          "what the kernel does for a program through io_uring, and what it writes into shared "
          "memory itself; "
          "accesses by libraries that are not compiled for it; and what a shared library locks or waits for "
          "on a "
          "program's behalf makes no order here, so that a right program may be reported: link it statically",
          "weak outcomes: each atomic operation is made at least a release or an acquire, so that a missing "
          "order is seen because it is missing, and not by what it does"}};
  return sanitizer;
}

}  // namespace harness

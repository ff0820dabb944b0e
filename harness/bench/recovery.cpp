#include "bench/recovery.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/shared_pages.h"
#include "bench/stage.h"
#include "os/fd.h"

namespace harness {
namespace {

struct Marks {
  std::atomic<bool> victim{false};
  std::atomic<bool> survivor{false};
  std::atomic<bool> standby{false};
  uint64_t success = 0;  // when, in nanoseconds
};

void wait_for(const std::atomic<bool>& mark, pid_t pid) {
  while (!mark.load()) ::sched_yield();
  wait_until_blocked(pid);
}

// Nanoseconds.
Result<uint64_t> one_death(const Recovery& recovery, const Placement& placement) {
  const Shared<Marks> marks;
  ASSIGN_OR_RETURN(const std::unique_ptr<Death> death, recovery.arrange());
  const pid_t victim = fork_pinned(placement.near, [&] {
    death->be_victim(marks->victim);
    return 1;
  });
  if (victim < 0) return system_error("fork");
  while (!marks->victim.load()) ::sched_yield();
  const pid_t survivor = fork_pinned(placement.far, [&] {
    const bool is_right = death->be_survivor(marks->survivor);
    marks->success = nanoseconds_now();
    return is_right ? 0 : 1;
  });
  if (survivor < 0) return system_error("fork");
  wait_for(marks->survivor, survivor);
  pid_t standby = 0;
  if (death->has_standby()) {
    const Fd watched(static_cast<int>(::syscall(SYS_pidfd_open, victim, 0)));
    standby = fork_pinned(placement.far, [&] {
      death->be_standby(marks->standby, watched.get());
      return 0;
    });
    wait_for(marks->standby, standby);
  }
  wait_until_blocked(victim);
  death->all_have_started();
  const uint64_t killed = nanoseconds_now();
  ::kill(victim, SIGKILL);
  const int status = status_of(survivor);
  status_of(victim);
  if (standby > 0) status_of(standby);
  if (status != 0) return internal_error(std::string(recovery.id()) + ": the survivor had another outcome");
  return marks->success - killed;
}

}  // namespace

Result<Distribution> measure_recovery(const Recovery& recovery, const Placement& placement, int deaths) {
  constexpr size_t kMost = 10'000;
  const Shared<std::array<uint64_t, kMost>> samples;
  const auto wanted = std::min(static_cast<size_t>(deaths), kMost);
  TRY(on_stage([&]() -> Status {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(placement.near, &only);
    ::sched_setaffinity(0, sizeof(only), &only);
    for (size_t i = 0; i < wanted; ++i) {
      ASSIGN_OR_RETURN((*samples)[i], one_death(recovery, placement));
    }
    return done();
  }));
  std::vector<double> microseconds;
  for (size_t i = 0; i < wanted; ++i) microseconds.push_back(static_cast<double>((*samples)[i]) / 1000);
  return distribution_of(microseconds);
}

}  // namespace harness

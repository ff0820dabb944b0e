#include "run/supervisor.h"

#include "os/clock.h"
#include "run/supervision.h"

namespace harness {

Result<CaseRun> Supervisor::run() {
  started_at_ = now_ns();
  TRY(prepare());
  const Status outcome = watch();
  const bool was_interrupted = is_interrupted_;
  finish();
  TRY(check_mounts(ground_.sandbox));       // what is there now is not ours to clean up
  const Status lifted = shm_limit_.lift();  // the next case has the same /dev/shm
  TRY(outcome);
  TRY(lifted);
  CaseRun result{.history = collect(), .duration_ns = now_ns() - started_at_, .interrupted = was_interrupted};
  return result;
}

Result<CaseRun> run_case(const Case& plan, const Ground& ground, Workplace& workplace, int interrupt) {
  return Supervisor(plan, ground, workplace, interrupt).run();
}

}  // namespace harness

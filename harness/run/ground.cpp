#include "os/abilities.h"
#include "run/supervisor.h"

namespace harness {

Result<Ground> prepare_ground(const Denied& denied, const std::vector<std::string>& keep_away) {
  Ground ground;
  ASSIGN_OR_RETURN(ground.sandbox, enter_sandbox(denied, keep_away));
  ground.lost = ground.sandbox.lost;
  const Ability tracing = denied.ptrace ? Ability{.id = "ptrace", .detail = denied.why} : probe_tracing();
  ground.can_trace = tracing.is_there;
  if (tracing.is_there) return ground;
  ground.lost.push_back("ptrace: " + tracing.detail);
  ground.can_notify = !denied.notification && probe_notification().is_there;
  return ground;
}

void clean_up(const Ground& ground) {
  if (!check_mounts(ground.sandbox)) return;  // what is there now is the machine's
  empty_directory(ground.sandbox.scratch);
  remove_scratch(ground.sandbox);
}

}  // namespace harness

// Supervisor: runs one case from a plan to a history. It starts the roles, holds victims at their points, has
// the injectors act, recognises when nobody can move any more, and leaves nothing behind.
#pragma once

#include <functional>
#include <string_view>

#include "core/case.h"
#include "core/event.h"
#include "os/sandbox.h"

namespace harness {

// The name of the event `resumed` of a victim that was to be hit asleep in its call, and did not sleep there.
inline constexpr std::string_view kReturnedUnblocked = "its call returned without blocking";

// And of one whose hold waited for an arrival that nobody was left to make.
inline constexpr std::string_view kHeldInVain = "what it was held for never came";

// What the machine lets a worker do.
struct Ground {
  Sandbox sandbox;
  bool can_trace = true;
  bool can_notify = false;        // where it cannot trace: it is told of calls at their entry (os/notifier.h)
  std::vector<std::string> lost;  // what it does not, and why
};

// Finds out, by trying, and enters the sandbox. Forks (see enter_sandbox).
Result<Ground> prepare_ground(const Denied& denied, const std::vector<std::string>& keep_away);

// Runs the case. The history is complete: whatever went wrong with a subject is an event in it. Errors are
// for what is not the subject's doing: a program that cannot be started, an action that the kernel refused, a
// full disk. `interrupt` is a descriptor that becomes readable when the run is to be given up.
struct CaseRun {
  History history;
  int64_t duration_ns = 0;
  bool interrupted = false;
};
class Workplace;
Result<CaseRun> run_case(const Case& plan, const Ground& ground, Workplace& workplace, int interrupt);

// Ends every process and removes every object that is left in the sandbox.
void clean_up(const Ground& ground);

}  // namespace harness

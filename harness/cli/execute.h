// Execute: runs a plan, records it, judges it, reports it. What run and replay have in common.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/case.h"
#include "os/sandbox.h"
#include "record/run_record.h"

namespace harness {

struct ExecuteOptions {
  std::string out;  // the run folder; "" means reports/out/<run id>, with `latest` beside it
  int jobs = 1;
  bool json = false;           // report.json on standard output instead of the summary
  bool every_call = false;     // record every system call (run/call_record.h)
  bool quiet = false;          // prints nothing at the end: the caller does
  bool ids_are_enough = true;  // replay lines may name a case by its id alone
  Denied denied;
  std::optional<Shard>
      shard;  // run only what falls to it; it gets no reports, since only the whole can be judged
  std::vector<std::string> command_line;
  // Plans a case again for another target; without it a case can be tried only where the same programs run.
  std::function<Result<Case>(const Case&, const std::string& target)> elsewhere;
  // The cases that follow from what a case has shown: they are run after those that are planned, and so on.
  std::function<std::vector<Case>(const Case&, const History&)> grow;
  // What an earlier run has recorded, by case id: such a case is not run again.
  std::map<std::string, History> known;
  // Told of each history as it comes, whole, in whichever order cases end.
  std::function<void(const Case&, const History&)> on_history;
  // Told of the whole record before it is reported; may take cases and results out of it. Returns an exit
  // status that is not kAsExpected where there is more to complain of than verdicts.
  std::function<int(RunRecord&)> conclude;
};

struct Executed {
  RunRecord
      record;  // histories are kept only of cases that are not as expected; all of them are in the run folder
  int exit_status = 0;
};

// Everything is in the run folder when this returns, also after Ctrl-C.
Result<Executed> execute(Plan plan, const ExecuteOptions& options);

// The names after --without: namespaces, ptrace.
Result<Denied> denied_from(const std::vector<std::string>& names);

}  // namespace harness

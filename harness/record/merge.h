// Merge: several runs as one. Shards of one plan become what the whole would have been; other runs, of other
// targets or machines, stand side by side.
#pragma once

#include <vector>

#include "base/result.h"
#include "record/run_record.h"

namespace harness {

// At least one run. Pure.
//
// A case that several of them have keeps its worst result, so that a flaky one keeps its failure; its id is
// then among RunInfo::flaky. A merge in which a shard is missing is not complete, and expects no catch of
// mutants that the missing cases may have caught.
RunRecord merge_runs(std::vector<RunRecord> runs);

}  // namespace harness

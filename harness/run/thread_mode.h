// Thread mode: a case whose roles are threads of one process, over one mapping. ThreadSanitizer sees a race
// in no other way: it knows memory by its address, and one process at a time
// (scenarios/race-seen-in-one-mapping).
//
// The program must be able to do it (probe/threads.c), its roles meet in shared memory alone, and there is no
// fault: what kills a process would kill all of them. Such a case is judged by what it is run for, data races
// and whether it comes to an end; the case with processes is in the plan as well.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/case.h"

namespace harness {

// Adds to the plan, after its last case, the same with threads, where that can be; or the note why it cannot,
// for roles that share memory.
void add_as_threads(Plan& plan);

// What the cases of a target that sees threads cannot show, since they were in processes alone: the variants
// whose roles share memory and that have no case with threads. "" when there is none.
std::string unseen_in_processes(const std::vector<Case>& cases, std::string_view target);

}  // namespace harness

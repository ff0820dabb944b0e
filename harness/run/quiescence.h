// Quiescence: whether anybody in a case can still move, read from what every thread is blocked on.
//
// The argument. A pass reads every thread's state, blocking call and count of context switches. Two passes in
// a row that read the same blocked calls and the same counts prove that there was one instant, between the
// end of the first pass and the beginning of the second, at which all these threads slept at once: a thread
// that ran in between would have switched. If none of the calls has a timeout, no timer is pending and no
// thread of the case is left out, then only one of the sleepers could wake another, and all sleep: a
// deadlock, said without waiting for any timeout.
#pragma once

#include <vector>

#include "os/procfs.h"
#include "os/tracer.h"

namespace harness {

enum class Motion {
  moving,   // somebody runs, or it cannot be told
  settled,  // everybody sleeps, is stopped or is held; a timeout may still wake somebody
  still,    // the same, and no timeout is left: only a held task, if there is one, could wake anybody
};

// Whether the blocked call would return by itself after some time. Unknown calls are taken to do so, since
// then the worst that comes of it is that a deadline is met instead of a deadlock told.
bool is_timed(const ThreadState& thread);

// Whether it is ThreadSanitizer's own thread, which sleeps and looks round, over and over, wherever a program
// has made a thread or forked, and wakes nobody. It is told by where it sleeps, in the runtime's own code,
// and by the signals, all of which it blocks: a thread of the program's is let sleep there too, when it ends
// the process. Only a runtime that is a library of its own (libtsan.so) is known.
bool is_runtimes_own(const ThreadState& thread);

// Reads the tasks twice and compares. Left out is a runtime's own thread that sleeps. Held tasks (a victim at
// its point) count as still. Alarms and timers count as something that can wake.
Motion observe_motion(const std::vector<Tracer::Task>& tasks);

}  // namespace harness

// Survivor: what somebody finds who wants a lock after its owner's death.
//
// The survivor is a process of ours. The dying are others: copies of the program under test, or threads
// (stand_in.h). It never waits: whether a lock that it cannot have will ever be free is told by the word that
// the kernel looks at.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/arena.h"

namespace harness {

// A lock in the shared memory.
struct Lock {
  enum class Kind {
    mutex,       // glibc's pthread_mutex_t
    futex_word,  // a word of one's own, with the owner's id in it as the kernel's robust lists want it
                 // (futex(2))
  };
  Kind kind = Kind::mutex;
  uint64_t address = 0;  // of its futex word in the program
};

// From the best to the worst.
enum class Outcome {
  free,        // it was not held, and can be taken
  owner_died,  // it can be taken, and says that its owner died (EOWNERDEAD)
  unusable,    // it says that it can never be taken again (ENOTRECOVERABLE), or cannot be taken twice
  orphaned,    // its owner is dead, and nothing will ever say so: whoever wants it sleeps for ever
  unclear,     // none of these: held by somebody who should not be there
};
constexpr int kOutcomes = 5;

std::string_view to_string(Outcome outcome);

// What a survivor found of each lock.
using Findings = std::vector<Outcome>;

// Takes the lock as a survivor would, and lets it go again, twice. `dead` is the id that its owner had.
Outcome try_lock(const Lock& lock, const Arena& arena, pid_t dead);

Findings try_locks(const std::vector<Lock>& locks, const Arena& arena, pid_t dead);

// Whether the word says that the lock is held by this thread.
bool is_held_by(const Lock& lock, const Arena& arena, pid_t tid);

// Whether its word lies where a glibc mutex has it, for a list whose words have that distance from their
// entries.
bool is_glibc_distance(uint64_t offset);

}  // namespace harness

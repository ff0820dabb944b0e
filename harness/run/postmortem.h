// Postmortem: who waits for what in a case that is stuck, told before anything is killed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/event.h"
#include "os/tracer.h"

namespace harness {

// What is known of a thread id that may appear as a lock's owner, also after its death.
struct Known {
  std::string role;  // the instance
  pid_t pid = 0;
  bool is_alive = true;
};

// A futex as the kernel identifies it: the mapped object and the offset in it, the same in every process.
struct FutexPlace {
  std::string object;
  uint64_t offset = 0;
};
FutexPlace place_of(pid_t pid, uint64_t address);

// "wait", "wake", "lock-pi", …
std::string futex_operation(uint64_t argument);

// One `blocked` event per task. Data:
//   wait       futex | queue | fd | child | signal | timer | stopped | running | other
//   timed      whether the call ends by itself
//   explained  the same in a sentence
//   futex      {address, object, offset, word, expected, owner_tid, owner_role, owner_alive, waiters_bit,
//   owner_died_bit,
//              mutex}, for a futex; mutex is robust | robust-pi | pi | normal when the word lies in a
//              pthread_mutex_t
//   queue      {name, messages, messages_at_most, bytes, bytes_at_most, is_full, ended}, for a message queue;
//   ended are
//              the roles of the case that are dead
//   fd         {number, object, count, link, other_end: [{role, pid, child}]}; other_end, of a stream, are
//   the
//              living that have it; one without a role is the harness itself
//   fill       {object, holds, room, unit}, for a pipe
//   child      true for a process that a role made
History postmortem(const std::vector<Tracer::Task>& tasks, const std::vector<std::string>& role_names,
                   const std::map<pid_t, Known>& known);

}  // namespace harness

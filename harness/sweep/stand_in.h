// Stand-in: a thread of ours that dies in a victim's place, over the shared memory and with the robust list
// that the victim had.
//
// What a death lets others see of locks in shared memory, the kernel does by what lies in that memory and in
// the head of the thread's robust list, and by the thread's id. A stand-in has the same memory at the same
// addresses, and its own id in the words that the list leads to; all else is the kernel's own work. A thread
// is born and dies ten times as fast as a copy of a program. It stands in for nothing that the kernel keeps
// elsewhere: descriptors, SEM_UNDO, file locks, priority inheritance, other threads.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "sweep/arena.h"
#include "sweep/robust_list.h"

namespace harness {

class StandIns {
 public:
  // A process with its own name for the arena, in which the threads die. It ends with this object, and with
  // ours. Blame::unavailable: the victim's addresses are taken there; another start of the program has
  // others.
  static Result<std::unique_ptr<StandIns>> start(const Arena& arena, uint64_t robust_head);

  StandIns(const StandIns&) = delete;
  StandIns& operator=(const StandIns&) = delete;
  ~StandIns();

  // A thread dies over the arena as it is, with this list. Where the words say `victim` it is meant; what the
  // kernel does for the dead has happened when this returns.
  Status die(const RobustHead& head, const std::vector<uint64_t>& words, pid_t victim);

 private:
  struct Orders;
  StandIns() = default;
  [[noreturn]] static void serve(Orders& orders, const Arena& arena, pid_t parent);

  Orders* orders_ = nullptr;
  pid_t process_ = -1;
};

}  // namespace harness

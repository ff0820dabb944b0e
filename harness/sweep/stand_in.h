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

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "sweep/arena.h"
#include "sweep/robust_list.h"
#include "sweep/survivor.h"

namespace harness {

class StandIns {
 public:
  // A process with its own name for the arena, in which the threads die and a survivor tries these locks
  // after each death. It ends with this object, and with ours. Blame::unavailable: the victim's addresses are
  // taken there; another start of the program has others.
  static Result<std::unique_ptr<StandIns>> start(const Arena& arena, uint64_t robust_head,
                                                 std::vector<Lock> locks);

  StandIns(const StandIns&) = delete;
  StandIns& operator=(const StandIns&) = delete;
  ~StandIns();

  // A death that is to come: over these bytes of the whole arena, with this list. Where the words to which
  // the list leads say `victim` it is meant. Only when there is room.
  void add(std::span<const std::byte> shared, const RobustHead& head, pid_t victim);
  bool is_full() const { return added_ == capacity_; }
  void forget_all() { added_ = 0; }

  // All that have been added die, one after the other, at the cost of one switch to their process and back.
  // What the survivor found after each; the arena is left as after the last. Blame::unavailable: a list with
  // more locks than a stand-in takes.
  Result<std::vector<Findings>> die();

 private:
  struct Orders;
  struct Slot;
  StandIns() = default;
  Status share_memory(const Arena& arena, size_t locks);
  Slot& slot(size_t index) const;
  std::byte* snapshot(size_t index) const;
  uint8_t* outcomes(size_t index) const;
  [[noreturn]] void serve(const Arena& arena, const std::vector<Lock>& locks, pid_t parent) const;
  bool die_one(size_t index, const Arena& arena, const std::vector<Lock>& locks) const;

  // In memory that the two processes share: the orders, the slots, of each slot the outcomes and the arena's
  // bytes.
  Orders* orders_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  size_t added_ = 0;
  size_t arena_size_ = 0;
  size_t lock_count_ = 0;
  pid_t process_ = -1;
};

}  // namespace harness

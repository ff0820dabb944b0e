// Cells: whether an access is ordered after those of others to the same bytes.
#include "probe/race/runtime.h"

namespace race {
namespace {

bool is_ordered(const Clock& clock, Access before) {
  return clock.at[before.participant()] >= before.epoch();
}

// How much is lost with a record that makes room for this access.
int loss_of(const Clock& clock, Access before, Access now) {
  if (before.is_by_whom(now) && now.has_all_bytes_of(before)) return 0;
  return (is_ordered(clock, before) ? 1 : 3) + (before.is_write() ? 1 : 0);
}

// The record of the very same access to other bytes, as a copy byte by byte makes them; the first that is
// free; or that with which the least is lost.
[[gnu::noinline]] uint64_t& record_for(Cell& cell, const Clock& clock, Access now) {
  uint64_t* best = nullptr;
  int least = 100;
  for (uint64_t& record : cell.records) {
    const Access before(record);
    if (before.is_same_but_bytes(now)) return record;
    if (record == 0) return record;
    const int loss = loss_of(clock, before, now);
    if (loss >= least) continue;
    least = loss;
    best = &record;
  }
  return *best;
}

}  // namespace

// The cell is this thread's. Nothing is lost with a record that the access covers and is ordered after:
// whoever is not ordered after the one is not ordered after the other.
void check_cell(Cell& cell, const Mapping& mapping, uint64_t address, Access now) {
  const Clock& clock = current.self->clock;
  uint64_t* record = nullptr;
#pragma GCC unroll 5
  for (uint64_t& one : cell.records) {
    if (one == 0) break;
    const Access before(one);
    if (!is_ordered(clock, before)) {
      if (now.is_conflict(before)) report(mapping, address, now, before);
    } else if (record == nullptr && now.covers(before)) {
      record = &one;
    }
  }
  if (record == nullptr) {
    record = &record_for(cell, clock, now);
    if (Access(*record).is_same_but_bytes(now)) now = now.also_to_bytes_of(Access(*record));
  }
  __atomic_store_n(record, now.word(), __ATOMIC_RELAXED);
}

namespace {

void access_cell(const Mapping& mapping, uint64_t address, Access now, uint64_t at) {
  Cell* cell = cell_of(mapping, address);
  if (cell == nullptr || is_known(*cell, now)) return;
  uint32_t& lock = lock_of(*cell);
  const bool is_new = take(lock);
  check_cell(*cell, mapping, address, now.at_place(place_of(at)));
  if (is_new) let_go(lock);
}

// Those of one line, each with its bytes; under one lock, if there is anything to be written.
void access_line(const Mapping& mapping, uint64_t address, uint64_t end, Access now, uint64_t at) {
  Cell* cell = cell_of(mapping, address);
  if (cell == nullptr) return;
  uint32_t& lock = lock_of(*cell);
  bool is_mine = false, is_new = false;
  for (; address < end; ++cell) {
    const uint64_t in_cell = address % kCellBytes;
    const uint64_t bytes = end - address < kCellBytes - in_cell ? end - address : kCellBytes - in_cell;
    const Access here = now.to(in_cell, bytes);
    if (!is_known(*cell, here)) {
      if (!is_mine) is_new = take(lock);
      if (!is_mine) now = now.at_place(place_of(at));
      is_mine = true;
      check_cell(*cell, mapping, address, now.to(in_cell, bytes));
    }
    address += bytes;
  }
  if (is_new) let_go(lock);
}

}  // namespace

void access(uint64_t address, size_t size, bool is_write, uint64_t at) {
  if (current.is_inside || size == 0) return;
  const Mapping* mapping = mapping_of(address);
  const Participant* me = mapping == nullptr ? nullptr : self();
  if (me == nullptr) return;
  const Access now(me->clock.at[current.number], current.number, is_write, false);
  if (address % kCellBytes + size <= kCellBytes)
    return access_cell(*mapping, address, now.to(address % kCellBytes, size), at);
  const uint64_t end = address + size < mapping->end ? address + size : mapping->end;
  while (address < end) {
    const uint64_t line_end = (address | (kLineBytes - 1)) + 1;
    access_line(*mapping, address, line_end < end ? line_end : end, now, at);
    address = line_end;
  }
}

}  // namespace race

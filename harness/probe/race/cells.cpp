// Cells: whether an access is ordered after those of others to the same bytes.
#include "probe/race/runtime.h"

namespace race {
namespace {

bool is_ordered(const Participant& me, const Access& before) {
  return me.clock.at[before.participant] >= before.epoch;
}

bool is_conflict(const Access& now, const Access& before) {
  return before.participant != now.participant && (before.mask & now.mask) != 0 &&
         (before.is_write || now.is_write) && !(before.is_atomic && now.is_atomic);
}

// What is already told by the record of an access by the same participant.
bool is_told_by(const Access& now, const Access& before) {
  return before.participant == now.participant && before.is_write >= now.is_write &&
         before.is_atomic == now.is_atomic;
}

// How much is lost when the record makes room: nothing where it is free, or where whoever is not ordered
// after it is not ordered after the new one either.
int worth(const Participant& me, uint64_t word, const Access& now) {
  if (word == 0) return 0;
  const Access before = Access::of(word);
  const bool is_covered = (before.mask & ~now.mask) == 0;
  const bool is_weaker = now.is_write >= before.is_write && now.is_atomic <= before.is_atomic;
  if (is_ordered(me, before) && is_covered && is_weaker) return 1;
  if (before.participant == now.participant && is_covered) return 2;
  if (is_ordered(me, before)) return before.is_write ? 4 : 3;
  return before.is_write ? 6 : 5;
}

void write_record(Record& record, const Access& now, Place place) {
  __atomic_store_n(&record.what, 0, __ATOMIC_RELAXED);
  record.at = place.at;
  record.calls = place.calls;
  __atomic_store_n(&record.what, now.word(), __ATOMIC_RELEASE);
}

// Whether this thread has done the same since the last time that anybody was ordered after it.
bool is_known(const Cell& cell, const Access& now) {
  for (const Record& record : cell.records) {
    const uint64_t word = __atomic_load_n(&record.what, __ATOMIC_RELAXED);
    const Access before = Access::of(word);
    if (word != 0 && before.epoch == now.epoch && is_told_by(now, before) && (now.mask & ~before.mask) == 0)
      return true;
  }
  return false;
}

void remember(Cell& cell, const Participant& me, Access now, Place place) {
  Record* best = nullptr;
  int least = 100;
  for (Record& record : cell.records) {
    const Access before = Access::of(record.what);
    const bool is_same = record.what != 0 && before.epoch == now.epoch && record.at == place.at &&
                         before.participant == now.participant && before.is_write == now.is_write &&
                         before.is_atomic == now.is_atomic;
    if (is_same) {  // its other bytes, byte by byte
      now.mask |= before.mask;
      __atomic_store_n(&record.what, now.word(), __ATOMIC_RELEASE);
      return;
    }
    const int loss = worth(me, record.what, now);
    if (loss >= least) continue;
    least = loss;
    best = &record;
  }
  write_record(*best, now, place);
}

}  // namespace

// The cell is this thread's.
void check_cell(Cell& cell, const Mapping& mapping, uint64_t address, Access now, Place place) {
  Participant& me = *current.self;
  for (const Record& record : cell.records) {
    if (record.what == 0) continue;
    const Access before = Access::of(record.what);
    if (!is_conflict(now, before) || is_ordered(me, before)) continue;
    report(mapping, address, now, place, before,
           {.at = record.at, .calls = static_cast<uint32_t>(record.calls)});
  }
  remember(cell, me, now, place);
}

void access(uint64_t address, size_t size, bool is_write, bool is_atomic, uint64_t at) {
  if (current.is_inside) return;
  const Mapping* mapping = mapping_of(address);
  Participant* me = mapping == nullptr ? nullptr : self();
  if (me == nullptr) return;
  for (uint64_t end = address + size; address < end;) {
    const uint64_t in_cell = address % kCellBytes;
    const uint64_t bytes = end - address < kCellBytes - in_cell ? end - address : kCellBytes - in_cell;
    const Access now{.epoch = me->clock.at[current.number],
                     .participant = current.number,
                     .mask = static_cast<uint8_t>(((1U << bytes) - 1) << in_cell),
                     .is_write = is_write,
                     .is_atomic = is_atomic};
    Cell* cell = address < mapping->end ? cell_of(*mapping, address) : nullptr;
    if (cell == nullptr) return;
    if (!is_known(*cell, now)) {
      const bool is_new = take(cell->lock);
      check_cell(*cell, *mapping, address, now, {.at = at, .calls = calls_under_way()});
      if (is_new) let_go(cell->lock);
    }
    address += bytes;
  }
}

}  // namespace race

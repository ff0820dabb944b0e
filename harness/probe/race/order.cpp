// Happens-before: vector clocks, and the things by which one participant's clock comes to another.
#include "probe/race/runtime.h"

namespace race {
namespace {

uint32_t used() { return __atomic_load_n(&shadow->participant_count, __ATOMIC_RELAXED); }

}  // namespace

void join(Clock& into, const Clock& from) {
  const uint32_t count = used();
  for (uint32_t i = 0; i < count; ++i) {
    if (from.at[i] > into.at[i]) into.at[i] = from.at[i];
  }
}

void copy(Clock& into, const Clock& from) {
  const uint32_t count = used();
  for (uint32_t i = 0; i < count; ++i) into.at[i] = from.at[i];
}

Sync* sync_of(uint64_t key) {
  for (uint64_t i = 0; i < 64; ++i) {
    Sync& sync = shadow->syncs[(mixed(key) + i) % kSyncs];
    uint64_t found = __atomic_load_n(&sync.key, __ATOMIC_RELAXED);
    if (found == key) return &sync;
    if (found != 0) continue;
    if (__atomic_compare_exchange_n(&sync.key, &found, key, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
        found == key)
      return &sync;
  }
  say_full(1, "more things that order than there is room for");
  return nullptr;
}

// Where a writer died between its two steps nobody knows which value is there: both orders are assumed, so
// that none is missed and no race is made up.
const Clock& clock_of(Sync& sync) {
  if (sync.writing != 0) {
    join(sync.clocks[sync.active], sync.clocks[1 - sync.active]);
    sync.writing = 0;
  }
  return sync.clocks[sync.active];
}

void replace(Sync& sync, const Clock& by) {
  clock_of(sync);
  __atomic_store_n(&sync.writing, 1, __ATOMIC_SEQ_CST);
  copy(sync.clocks[1 - sync.active], by);
}

void finish_replace(Sync& sync) {
  __atomic_store_n(&sync.active, 1 - sync.active, __ATOMIC_SEQ_CST);
  __atomic_store_n(&sync.writing, 0, __ATOMIC_SEQ_CST);
}

void release(uint64_t key) {
  Participant* me = self();
  Sync* sync = me == nullptr ? nullptr : sync_of(key);
  if (sync == nullptr) return;
  const bool is_new = take(sync->lock);
  clock_of(*sync);
  join(sync->clocks[sync->active], me->clock);
  if (is_new) let_go(sync->lock);
  ++me->clock.at[current.number];
}

void acquire(uint64_t key) {
  Participant* me = self();
  Sync* sync = me == nullptr ? nullptr : sync_of(key);
  if (sync == nullptr) return;
  const bool is_new = take(sync->lock);
  join(me->clock, clock_of(*sync));
  if (is_new) let_go(sync->lock);
}

void set_owner(uint64_t key, uint32_t owner) {
  Sync* sync = self() == nullptr ? nullptr : sync_of(key);
  if (sync != nullptr) sync->owner = owner;
}

uint32_t owner_of(uint64_t key) {
  Sync* sync = self() == nullptr ? nullptr : sync_of(key);
  return sync == nullptr ? 0 : sync->owner;
}

void acquire_from_dead_owner(uint64_t key) {
  const uint32_t owner = owner_of(key);
  if (owner == kSeveral) acquire_the_dead();
  if (owner == 0 || owner > kParticipants || owner == own_mark()) return;
  Participant& other = shadow->participants[owner - 1];
  if (is_dead(other)) join(current.self->clock, other.clock);
}

void inherit(uint64_t key) {
  acquire_the_dead();
  const uint32_t owner = owner_of(key);
  if (owner == 0 || owner > kParticipants || owner == own_mark()) return;
  join(current.self->clock, shadow->participants[owner - 1].clock);
}

uint64_t key_of(const volatile void* address, uint64_t kind) {
  const auto at = reinterpret_cast<uint64_t>(address);
  const Mapping* mapping = mapping_of(at);
  if (mapping != nullptr) return mixed(kind, mapping->segment + 1, mapping->offset + (at - mapping->begin));
  Participant* me = self();
  return mixed(kind, me == nullptr ? 0 : uint64_t{1} << 40 | static_cast<uint32_t>(me->pid), at);
}

}  // namespace race

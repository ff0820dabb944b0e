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

bool is_in(const Clock& clock, const Clock& other) {
  const uint32_t count = used();
  for (uint32_t i = 0; i < count; ++i) {
    if (__atomic_load_n(&clock.at[i], __ATOMIC_RELAXED) > other.at[i]) return false;
  }
  return true;
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

Sync* find_sync(Cell& cell, const Mapping& mapping, uint64_t address) {
  Sync* sync = sync_of(key_in(mapping, address, kWord));
  if (sync != nullptr)
    __atomic_store_n(&cell.sync,
                     SyncHint::of(static_cast<uint32_t>(sync - shadow->syncs), address % kCellBytes),
                     __ATOMIC_RELAXED);
  return sync;
}

// Who takes over from one that died in the middle finds a clock that is at least what the word publishes: no
// race is made up. The lock orders all this for those who live; for who comes after the dead, the order of
// instructions does: all before the death are done, none behind it.
void begin_change(Sync& sync) {
  __atomic_store_n(&sync.version, sync.version | 1, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

void raise(Sync& sync, const Clock& to) {
  join(sync.clock, to);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void lower(Sync& sync, const Clock& to) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  copy(sync.clock, to);
}

void end_change(Sync& sync) { __atomic_store_n(&sync.version, (sync.version | 1) + 1, __ATOMIC_RELEASE); }

void release(uint64_t key) {
  Participant* me = self();
  Sync* sync = me == nullptr ? nullptr : sync_of(key);
  if (sync == nullptr) return;
  const bool is_new = take(sync->lock);
  join(sync->clock, me->clock);
  if (is_new) let_go(sync->lock);
  advance(*me);
}

void acquire(uint64_t key) {
  Participant* me = self();
  Sync* sync = me == nullptr ? nullptr : sync_of(key);
  if (sync == nullptr) return;
  const bool is_new = take(sync->lock);
  join(me->clock, sync->clock);
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

uint64_t key_in(const Mapping& mapping, uint64_t address, uint64_t kind) {
  return mixed(kind, mapping.segment + 1, offset_of(mapping, address));
}

uint64_t key_of(const volatile void* address, uint64_t kind) {
  const auto at = reinterpret_cast<uint64_t>(address);
  const Mapping* mapping = mapping_of(at);
  if (mapping != nullptr) return key_in(*mapping, at, kind);
  Participant* me = self();
  return mixed(kind, me == nullptr ? 0 : uint64_t{1} << 40 | static_cast<uint32_t>(me->pid), at);
}

}  // namespace race

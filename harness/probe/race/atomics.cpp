// What gcc and clang call, under -fsanitize=thread, in place of each atomic operation. In shared memory it is
// made, and its order noted, as one step under the cell's lock. The operation itself is always sequentially
// consistent: a missing order is seen because it is missing, not because something came out wrong.
#include <type_traits>

#include "probe/race/runtime.h"

namespace race {

namespace {

enum Order : int { relaxed, consume, acquire_order, release_order, acq_rel, seq_cst };

bool is_acquire(int order) { return order == consume || order == acquire_order || order >= acq_rel; }
bool is_release(int order) { return order >= release_order; }

constexpr Clock kNothing{};

// What the kernel leaves in a futex word of the robust list of who died (futex(7)): its id is gone.
template <class Value>
bool says_owner_died(Value value) {
  if constexpr (sizeof(Value) == 4) return (static_cast<uint32_t>(value) & 0x7FFFFFFF) == 0x40000000;
  return false;
}

// What this thread's write publishes in such an order.
const Clock& published(const Participant& me, int order) {
  if (is_release(order)) return me.clock;
  return me.has_fence_release != 0 ? me.fence_release : kNothing;
}

void after_release(Participant& me, int order) {
  if (is_release(order)) ++me.clock.at[current.number];
}

void take_over(Participant& me, Sync& sync, int order) {
  const Clock& clock = clock_of(sync);
  if (is_acquire(order)) {
    join(me.clock, clock);
  } else {
    join(me.pending, clock);
    me.has_pending = 1;
  }
}

// An operation on a word in shared memory, while it lasts.
struct Step {
  const Mapping* mapping;
  Cell* cell = nullptr;
  Sync* sync = nullptr;
  Participant* me = nullptr;
  bool is_new = false;

  explicit Step(const volatile void* word) : mapping(mapping_of(reinterpret_cast<uint64_t>(word))) {
    me = mapping == nullptr ? nullptr : self();
    cell = me == nullptr ? nullptr : cell_of(*mapping, reinterpret_cast<uint64_t>(word));
    sync = cell == nullptr ? nullptr : sync_of(key_of(word));
    if (sync != nullptr) is_new = take(cell->lock);
  }
  ~Step() {
    if (is_new) let_go(cell->lock);
  }
  bool is_watched() const { return sync != nullptr; }

  void note(const volatile void* word, size_t size, bool is_write, uint64_t at) {
    if (!is_watched()) return;
    const auto address = reinterpret_cast<uint64_t>(word);
    note_cell(*cell, address, size, is_write, at);
    if (size > kCellBytes) note_second(address + kCellBytes, size - kCellBytes, is_write, at);
  }

 private:
  void note_cell(Cell& of, uint64_t address, size_t size, bool is_write, uint64_t at) {
    const size_t bytes = size > kCellBytes ? kCellBytes : size;
    const Access now{.epoch = me->clock.at[current.number],
                     .participant = current.number,
                     .mask = static_cast<uint8_t>(((1U << bytes) - 1) << address % kCellBytes),
                     .is_write = is_write,
                     .is_atomic = true};
    check_cell(of, *mapping, address, now, {.at = at, .calls = calls_under_way()});
  }

  // Two cells are always taken in the order of their addresses.
  void note_second(uint64_t address, size_t size, bool is_write, uint64_t at) {
    Cell* second = cell_of(*mapping, address);
    if (second == nullptr) return;
    const bool is_new_too = take(second->lock);
    note_cell(*second, address, size, is_write, at);
    if (is_new_too) let_go(second->lock);
  }
};

bool may_be_ordered(const volatile void* word) {
  return may_be_shared(reinterpret_cast<uint64_t>(word)) && !current.is_inside;
}

// Words of the process's own order its threads alone.
bool orders_threads(int order) { return has_threads && order != relaxed && self() != nullptr; }

__extension__ using Unsigned128 = unsigned __int128;

// 16 bytes are one step of the processor's too, since not all who share them ask us. Processors with AVX load
// them so (Intel's manual, volume 3, 9.1.1), also where the memory may only be read; others exchange 0 for 0.
Unsigned128 get_wide(const volatile Unsigned128* word) {
#ifdef __x86_64__
  Unsigned128 value;
  __asm__ volatile("movdqa %1, %0" : "=x"(value) : "m"(*word));
  return value;
#else
  return __sync_val_compare_and_swap(const_cast<volatile Unsigned128*>(word), 0, 0);
#endif
}

template <class Value>
Value get(const volatile Value* word) {
  if constexpr (sizeof(Value) == 16) return get_wide(word);
  if constexpr (sizeof(Value) != 16) return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

template <class Value>
bool swap_if(volatile Value* word, Value* expected, Value wanted) {
  if constexpr (sizeof(Value) == 16) {
    const Value found = __sync_val_compare_and_swap(word, *expected, wanted);
    const bool is_equal = found == *expected;
    *expected = found;
    return is_equal;
  } else {
    return __atomic_compare_exchange_n(word, expected, wanted, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  }
}

template <class Value>
void put(volatile Value* word, Value value) {
  if constexpr (sizeof(Value) == 16) {
    Value before = get(word);
    while (!swap_if(word, &before, value)) {
    }
  } else {
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
  }
}

template <class Value>
Value load(const volatile Value* word, int order, uint64_t at) {
  if (may_be_ordered(word)) {
    Step step(word);
    step.note(word, sizeof(Value), false, at);
    const Value value = get(word);
    if (step.is_watched()) take_over(*step.me, *step.sync, order);
    if (step.is_watched() && is_acquire(order) && says_owner_died(value)) acquire_the_dead();
    return value;
  }
  const Value value = get(word);
  if (is_acquire(order) && orders_threads(order)) acquire(key_of(word));
  return value;
}

template <class Value>
void store(volatile Value* word, Value value, int order, uint64_t at) {
  if (may_be_ordered(word)) {
    Step step(word);
    step.note(word, sizeof(Value), true, at);
    if (!step.is_watched()) return put(word, value);
    replace(*step.sync, published(*step.me, order));
    put(word, value);
    finish_replace(*step.sync);
    return after_release(*step.me, order);
  }
  if (is_release(order) && orders_threads(order)) release(key_of(word));
  put(word, value);
}

// Reads, and writes what `next` makes of it. The order is noted before the write: who dies between the two
// has promised too much, which makes up no race.
template <class Value, class Next>
Value change(volatile Value* word, int order, uint64_t at, Next next) {
  if (may_be_ordered(word)) {
    Step step(word);
    step.note(word, sizeof(Value), true, at);
    if (step.is_watched()) {
      take_over(*step.me, *step.sync, order);
      join(step.sync->clocks[step.sync->active], published(*step.me, order));
    }
    Value before = get(word);
    while (!swap_if(word, &before, next(before))) {
    }
    if (step.is_watched()) after_release(*step.me, order);
    if (step.is_watched() && is_acquire(order) && says_owner_died(before)) acquire_the_dead();
    return before;
  }
  if (is_release(order) && orders_threads(order)) release(key_of(word));
  Value before = get(word);
  while (!swap_if(word, &before, next(before))) {
  }
  if (is_acquire(order) && orders_threads(order)) acquire(key_of(word));
  return before;
}

template <class Value>
bool exchange_if(volatile Value* word, Value* expected, Value wanted, int order, int failing, uint64_t at) {
  if (may_be_ordered(word)) {
    Step step(word);
    const bool is_equal = get(word) == *expected;
    step.note(word, sizeof(Value), is_equal, at);
    if (step.is_watched() && is_equal)
      join(step.sync->clocks[(clock_of(*step.sync), step.sync->active)], published(*step.me, order));
    const bool is_done = swap_if(word, expected, wanted);
    if (!step.is_watched()) return is_done;
    take_over(*step.me, *step.sync, is_done ? order : failing);
    if (is_done) after_release(*step.me, order);
    if (is_acquire(is_done ? order : failing) && says_owner_died(*expected)) acquire_the_dead();
    return is_done;
  }
  if (is_release(order) && orders_threads(order)) release(key_of(word));
  const bool is_done = swap_if(word, expected, wanted);
  if (is_acquire(order) && orders_threads(order)) acquire(key_of(word));
  return is_done;
}

}  // namespace
}  // namespace race

#define RACE_CHANGE(BITS, TYPE, NAME, EXPRESSION)                                        \
  RACE_API TYPE __tsan_atomic##BITS##_##NAME(volatile TYPE* word, TYPE by, int order) {  \
    return race::change<TYPE>(word, order, RACE_CALLER,                                  \
                              [by](TYPE old) { return static_cast<TYPE>(EXPRESSION); }); \
  }

#define RACE_ATOMIC(BITS, TYPE)                                                                              \
  RACE_API TYPE __tsan_atomic##BITS##_load(const volatile TYPE* word, int order) {                           \
    return race::load<TYPE>(word, order, RACE_CALLER);                                                       \
  }                                                                                                          \
  RACE_API void __tsan_atomic##BITS##_store(volatile TYPE* word, TYPE value, int order) {                    \
    race::store<TYPE>(word, value, order, RACE_CALLER);                                                      \
  }                                                                                                          \
  RACE_CHANGE(BITS, TYPE, exchange, ((void)old, by))                                                         \
  RACE_CHANGE(BITS, TYPE, fetch_add, old + by)                                                               \
  RACE_CHANGE(BITS, TYPE, fetch_sub, old - by)                                                               \
  RACE_CHANGE(BITS, TYPE, fetch_and, old& by)                                                                \
  RACE_CHANGE(BITS, TYPE, fetch_or, old | by)                                                                \
  RACE_CHANGE(BITS, TYPE, fetch_xor, old ^ by)                                                               \
  RACE_CHANGE(BITS, TYPE, fetch_nand, ~(old & by))                                                           \
  RACE_API int __tsan_atomic##BITS##_compare_exchange_strong(volatile TYPE* word, TYPE* expected,            \
                                                             TYPE wanted, int order, int failing) {          \
    return race::exchange_if<TYPE>(word, expected, wanted, order, failing, RACE_CALLER);                     \
  }                                                                                                          \
  RACE_API int __tsan_atomic##BITS##_compare_exchange_weak(volatile TYPE* word, TYPE* expected, TYPE wanted, \
                                                           int order, int failing) {                         \
    return race::exchange_if<TYPE>(word, expected, wanted, order, failing, RACE_CALLER);                     \
  }                                                                                                          \
  RACE_API TYPE __tsan_atomic##BITS##_compare_exchange_val(volatile TYPE* word, TYPE expected, TYPE wanted,  \
                                                           int order, int failing) {                         \
    race::exchange_if<TYPE>(word, &expected, wanted, order, failing, RACE_CALLER);                           \
    return expected;                                                                                         \
  }

using race::Unsigned128;
RACE_ATOMIC(8, uint8_t)
RACE_ATOMIC(16, uint16_t)
RACE_ATOMIC(32, uint32_t)
RACE_ATOMIC(64, uint64_t)
RACE_ATOMIC(128, Unsigned128)

// A release fence publishes by the relaxed stores after it, an acquire fence brings what the relaxed loads
// before it have seen ([atomics.fences]).
RACE_API void __tsan_atomic_thread_fence(int order) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  race::Participant* me = race::self();
  if (me == nullptr) return;
  if (race::is_acquire(order) && me->has_pending != 0) race::join(me->clock, me->pending);
  if (!race::is_release(order)) return;
  race::copy(me->fence_release, me->clock);
  me->has_fence_release = 1;
  ++me->clock.at[race::current.number];
}

RACE_API void __tsan_atomic_signal_fence(int) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }

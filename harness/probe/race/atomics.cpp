// What gcc and clang call, under -fsanitize=thread, in place of each atomic operation. In shared memory it is
// made, and its order noted, as one step under the lock of its cell. The operation itself is at least a
// release or an acquire: a missing order is seen because it is missing, not because something came out wrong.
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
  if (is_release(order)) advance(me);
}

void take_over(Participant& me, const Sync& sync, int order) {
  if (is_acquire(order)) {
    join(me.clock, sync.clock);
  } else {
    join(me.pending, sync.clock);
    me.has_pending = 1;
  }
}

// A word in shared memory, with all that is kept of it.
struct Word {
  uint64_t address;
  const Mapping* mapping;
  Participant* me;
  Cell* cell = nullptr;
  Sync* sync = nullptr;

  explicit Word(const volatile void* word)
      : address(reinterpret_cast<uint64_t>(word)), mapping(mapping_of(address)) {
    me = mapping == nullptr ? nullptr : self();
    cell = me == nullptr ? nullptr : cell_of(*mapping, address);
    sync = cell == nullptr ? nullptr : sync_in(*cell, *mapping, address);
  }
  bool is_watched() const { return sync != nullptr; }

  Access access(size_t size, bool is_write) const {
    const size_t bytes = size > kCellBytes ? kCellBytes : size;
    return Access(me->clock.at[current.number], current.number, is_write, true)
        .to(address % kCellBytes, bytes);
  }
};

// An operation on it, while it lasts.
struct Step {
  const Word& word;
  bool is_new = false;

  explicit Step(const Word& on) : word(on) {
    if (word.is_watched()) is_new = take(lock_of(*word.cell));
  }
  ~Step() {
    if (is_new) let_go(lock_of(*word.cell));
  }

  // 16 bytes are two cells of one line.
  void note(size_t size, bool is_write, uint64_t at) const {
    if (!word.is_watched()) return;
    const Access now = word.access(size, is_write);
    note_cell(*word.cell, word.address, now, at);
    if (size > kCellBytes) note_cell(*(word.cell + 1), word.address + kCellBytes, now, at);
  }

 private:
  void note_cell(Cell& cell, uint64_t address, Access now, uint64_t at) const {
    check_cell(cell, *word.mapping, address, now.at_place(place_of(at)));
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
void put(volatile Value* word, Value value, int order) {
  if constexpr (sizeof(Value) == 16) {
    Value before = get(word);
    while (!swap_if(word, &before, value)) {
    }
  } else if (order == seq_cst) {
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
  } else {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
  }
}

// A load that tells nothing new, as most do that wait for something: this thread has read the word since its
// last release, and knows all that is published by it. So nothing is written, and no lock is taken.
template <class Value>
bool is_old_news(const Word& known, const volatile Value* word, int order, Value& value) {
  if (!is_acquire(order) && known.me->has_pending == 0) return false;
  const uint32_t version = __atomic_load_n(&known.sync->version, __ATOMIC_ACQUIRE);
  value = get(word);
  if (version % 2 != 0 || !is_in(known.sync->clock, is_acquire(order) ? known.me->clock : known.me->pending))
    return false;
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return __atomic_load_n(&known.sync->version, __ATOMIC_RELAXED) == version && !says_owner_died(value);
}

template <class Value>
Value load(const volatile Value* word, int order, uint64_t at) {
  if (may_be_ordered(word)) {
    const Word known(word);
    Value value{};
    const bool is_noted = known.is_watched() && sizeof(Value) <= kCellBytes &&
                          is_known(*known.cell, known.access(sizeof(Value), false));
    if (is_noted && is_old_news(known, word, order, value)) return value;
    const Step step(known);
    if (!is_noted) step.note(sizeof(Value), false, at);
    value = get(word);
    if (known.is_watched()) take_over(*known.me, *known.sync, order);
    if (known.is_watched() && is_acquire(order) && says_owner_died(value)) acquire_the_dead();
    return value;
  }
  const Value value = get(word);
  if (is_acquire(order) && orders_threads(order)) acquire(key_of(word));
  return value;
}

template <class Value>
void store(volatile Value* word, Value value, int order, uint64_t at) {
  if (may_be_ordered(word)) {
    const Word known(word);
    const Step step(known);
    step.note(sizeof(Value), true, at);
    if (!known.is_watched()) return put(word, value, order);
    const Clock& clock = published(*known.me, order);
    begin_change(*known.sync);
    raise(*known.sync, clock);
    put(word, value, order);
    lower(*known.sync, clock);
    end_change(*known.sync);
    return after_release(*known.me, order);
  }
  if (is_release(order) && orders_threads(order)) release(key_of(word));
  put(word, value, order);
}

// Reads, and writes what `next` makes of it. The order is noted before the write: who dies between the two
// has promised too much, which makes up no race.
template <class Value, class Next>
Value change(volatile Value* word, int order, uint64_t at, Next next) {
  if (may_be_ordered(word)) {
    const Word known(word);
    const Step step(known);
    step.note(sizeof(Value), true, at);
    if (known.is_watched()) {
      take_over(*known.me, *known.sync, order);
      begin_change(*known.sync);
      raise(*known.sync, published(*known.me, order));
    }
    Value before = get(word);
    while (!swap_if(word, &before, next(before))) {
    }
    if (!known.is_watched()) return before;
    end_change(*known.sync);
    after_release(*known.me, order);
    if (is_acquire(order) && says_owner_died(before)) acquire_the_dead();
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
    const Word known(word);
    const Step step(known);
    if (!known.is_watched()) return swap_if(word, expected, wanted);
    const bool is_equal = get(word) == *expected;
    step.note(sizeof(Value), is_equal, at);
    if (is_equal) begin_change(*known.sync);
    if (is_equal) raise(*known.sync, published(*known.me, order));
    const bool is_done = swap_if(word, expected, wanted);
    if (is_equal) end_change(*known.sync);
    take_over(*known.me, *known.sync, is_done ? order : failing);
    if (is_done) after_release(*known.me, order);
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
  race::advance(*me);
}

RACE_API void __tsan_atomic_signal_fence(int) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }

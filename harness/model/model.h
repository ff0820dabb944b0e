// What a template over its atomics is instantiated with, to be explored: Ring<Native> or Ring<model::Types>.
#pragma once

#include <cerrno>
#include <cstring>
#include <type_traits>

#include "model/engine.h"

namespace harness::model {

template <class Value>
uint64_t to_word(Value value) {
  static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) <= 8);
  uint64_t word = 0;
  memcpy(&word, &value, sizeof(value));
  return word;
}

template <class Value>
Value from_word(uint64_t word) {
  Value value;
  memcpy(&value, &word, sizeof(value));
  return value;
}

// std::atomic, as far as code over shared memory uses it.
template <class Value>
class Atomic {
 public:
  explicit Atomic(Value value = Value(), const char* name = "atomic")
      : place_(Engine::current().add_location(name, to_word(value), false)) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  Atomic& call(const char* name) {
    Engine::current().call(place_, name);
    return *this;
  }

  Value load(Order order = Order::seq_cst) const {
    return from_word<Value>(Engine::current().load(place_, order));
  }
  void store(Value value, Order order = Order::seq_cst) {
    Engine::current().store(place_, to_word(value), order);
  }

  Value exchange(Value value, Order order = Order::seq_cst) {
    return change({always, [](uint64_t, uint64_t a, uint64_t) { return a; }, to_word(value), 0}, order);
  }
  Value fetch_add(Value value, Order order = Order::seq_cst) {
    return change({always,
                   [](uint64_t seen, uint64_t a, uint64_t) {
                     return to_word(static_cast<Value>(from_word<Value>(seen) + from_word<Value>(a)));
                   },
                   to_word(value), 0},
                  order);
  }
  Value fetch_sub(Value value, Order order = Order::seq_cst) {
    return fetch_add(static_cast<Value>(-value), order);
  }

  bool compare_exchange_strong(Value& expected, Value desired, Order order, Order failure) {
    const uint64_t wanted = to_word(expected);
    const Engine::Change change{[](uint64_t seen, uint64_t a) { return seen == a; },
                                [](uint64_t, uint64_t, uint64_t b) { return b; }, wanted, to_word(desired)};
    const uint64_t seen = Engine::current().change(place_, change, order, failure);
    expected = from_word<Value>(seen);
    return seen == wanted;
  }
  bool compare_exchange_strong(Value& expected, Value desired, Order order = Order::seq_cst) {
    const Order failure = order == Order::acq_rel   ? Order::acquire
                          : order == Order::release ? Order::relaxed
                                                    : order;
    return compare_exchange_strong(expected, desired, order, failure);
  }
  // Never fails for no reason, as a weak one may.
  bool compare_exchange_weak(Value& expected, Value desired, Order order = Order::seq_cst) {
    return compare_exchange_strong(expected, desired, order);
  }

  // Waits until it reads a value that is wanted.
  template <class Wanted>
  Value await(Wanted wanted, Order order = Order::acquire) const {
    const std::function<bool(uint64_t)> ask = [&](uint64_t word) { return wanted(from_word<Value>(word)); };
    return from_word<Value>(Engine::current().await(place_, ask, order));
  }

  int place() const { return place_; }

 private:
  static bool always(uint64_t, uint64_t) { return true; }
  Value change(const Engine::Change& change, Order order) {
    return from_word<Value>(Engine::current().change(place_, change, order, order));
  }
  int place_;
};

// A variable that is no atomic: two accesses that nothing orders, one of them a write, are a data race.
template <class Value>
class Plain {
 public:
  explicit Plain(Value value = Value(), const char* name = "variable")
      : place_(Engine::current().add_location(name, to_word(value), true)) {}
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;
  Plain& call(const char* name) {
    Engine::current().call(place_, name);
    return *this;
  }
  Plain& operator=(Value value) {
    Engine::current().plain_store(place_, to_word(value));
    return *this;
  }
  operator Value() const {
    return from_word<Value>(Engine::current().plain_load(place_));
  }  // NOLINT: as a variable

 private:
  int place_;
};

inline void fence(Order order) { Engine::current().fence(order); }
inline void signal_fence() { Engine::current().signal_fence(); }

inline void require(bool holds, const char* what) {
  if (!holds) Engine::current().fail({what});
}

// Waits in the kernel until the thread of this index has ended, as waitpid(2) or a pidfd does: whether it
// died.
inline bool await_end(int thread) {
  const std::function<bool(uint64_t)> is_over = [](uint64_t word) { return word != 0; };
  return Engine::current().await(Engine::current().life_of(thread), is_over, Order::acquire) == kDead;
}
inline bool has_died(int thread) {
  return Engine::current().load(Engine::current().life_of(thread), Order::acquire) == kDead;
}

// A mutex. Who dies with it leaves it locked for ever, unless it is robust: then the next one gets
// EOWNERDEAD.
class Mutex {
 public:
  explicit Mutex(bool is_robust = false, const char* name = "mutex")
      : place_(Engine::current().add_location(name, 0, false)), is_robust_(is_robust) {}

  Mutex& call(const char* name) {
    Engine::current().call(place_, name);
    return *this;
  }
  int lock() {
    const uint64_t state = Engine::current().lock(place_);
    if (is_robust_) Engine::current().hold(place_);
    is_inconsistent_ = state == 2;
    return state == 2 ? EOWNERDEAD : state == 4 ? ENOTRECOVERABLE : 0;
  }
  void consistent() { is_inconsistent_ = false; }
  void unlock() {
    Engine::current().unlock(place_, is_inconsistent_ ? 4 : 0);
    if (is_robust_) Engine::current().let_go(place_);  // who died just before still had it
  }

 private:
  int place_;
  bool is_robust_;
  bool is_inconsistent_ = false;
};

// futex(2) on one word: the kernel compares and enqueues under its lock of the queue.
class Futex {
 public:
  explicit Futex(const char* name = "futex queue") : place_(Engine::current().add_location(name, 0, false)) {}

  // EAGAIN at once when the word has another value; else sleeps until woken.
  template <class Value>
  int wait(const Atomic<Value>& word, Value expected) {
    Engine& engine = Engine::current();
    const uint64_t sleepers = engine.lock(place_);
    // The kernel's, between taking a place in the queue and reading the word (kernel/futex/waitwake.c, (A)).
    engine.fence(Order::seq_cst);
    if (word.load(Order::relaxed) != expected) {
      engine.unlock_in_kernel(place_, sleepers);
      return EAGAIN;
    }
    const uint64_t own = uint64_t{2} << engine.self();
    engine.unlock_in_kernel(place_, sleepers | own);
    const std::function<bool(uint64_t)> woken = [own](uint64_t state) { return (state & own) == 0; };
    engine.await(place_, woken, Order::acquire);
    return 0;
  }

  void wake(int count) {
    Engine& engine = Engine::current();
    engine.fence(Order::seq_cst);  // and between the waker's write of the word and its look for sleepers: (B)
    uint64_t sleepers = engine.lock(place_);
    for (; count > 0 && sleepers != 0; --count) {
      int asleep[kMostThreads];
      int number = 0;
      for (int i = 0; i < kMostThreads; ++i) {
        if ((sleepers & (uint64_t{2} << i)) != 0) asleep[number++] = i;
      }
      sleepers &= ~(uint64_t{2} << asleep[engine.choose(number)]);
    }
    engine.unlock_in_kernel(place_, sleepers);
  }

 private:
  int place_;
};

}  // namespace harness::model

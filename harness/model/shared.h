// What code over shared memory uses beside atomics: bytes, words that one sleeps on, and who else takes part.
// The names are those of subjects/shm-ring/atomics.h, so that a template finds either.
#pragma once

#include <cstddef>

#include "base/check.h"
#include "model/model.h"

namespace harness::model {

// The bytes of a message: one variable, since they are written and read together.
template <size_t kBytes>
class Bytes {
 public:
  void call(const char* name) { value_.call(name); }
  void fill(int value) { value_ = static_cast<unsigned char>(value); }
  unsigned char look() const { return value_; }

 private:
  Plain<unsigned char> value_;
};

template <size_t kBytes>
void fill_bytes(Bytes<kBytes>& bytes, int value, size_t) {
  bytes.fill(value);
}
template <size_t kBytes>
void copy_bytes(unsigned char* room, const Bytes<kBytes>& bytes, size_t) {
  room[0] = bytes.look();
}
template <size_t kBytes>
void fill_all(Bytes<kBytes>& bytes, int value) {
  bytes.fill(value);
}
template <size_t kBytes>
bool are_all(const Bytes<kBytes>& bytes, unsigned char value) {
  return bytes.look() == value;
}

template <class Value>
Value read_once(const Plain<Value>& value) {
  return value;
}

// A futex word on which everybody sleeps for a while only. So nobody depends on a wake-up, and a sleep is a
// wait for another value, for the death of another, or until nothing else happens.
class TimedWord : public Atomic<uint32_t> {
 public:
  void sleep_on(uint32_t value, bool has_end) {
    CHECK(has_end) << "a sleep without an end needs a QueuedWord";
    sleep_for_a_while(value);
  }
  void wake(int) {}

 protected:
  void sleep_for_a_while(uint32_t value) {
    Engine::current().sleep_while(place(), [value](uint64_t word) { return word != value; });
  }
};

// One on which somebody may sleep without an end, until he is woken.
class QueuedWord : public TimedWord {
 public:
  void sleep_on(uint32_t value, bool has_end) {
    if (has_end) return sleep_for_a_while(value);
    queue_.wait<uint32_t>(*this, value);
  }
  void wake(int count) { queue_.wake(count); }

 private:
  Futex queue_;
};

template <class Word>
void sleep_on(Word& word, uint32_t value, bool has_end) {
  word.sleep_on(value, has_end);
}
template <class Word>
void wake_one(Word& word) {
  word.wake(1);
}
template <class Word>
void wake_all(Word& word) {
  word.wake(kMostThreads);
}

// A participant's seat: its thread is its process.
class Seat {
 public:
  struct Pid {
    int thread = -1;
    int load() const { return thread + 1; }
  };

  explicit Seat(const char* name = "is_done") : is_done(0, name) {}
  Pid pid;  // 0: nobody has come
  Atomic<uint32_t> is_done;
};

struct Seats {
  Seat seats[2];
};

// Ended, and did not say before that all is well.
inline bool has_died(const Seat& seat) {
  return seat.pid.thread >= 0 && has_died(seat.pid.thread) && seat.is_done.load(Order::acquire) == 0;
}

struct Atomics {
  template <class Value>
  using Atomic = model::Atomic<Value>;
  template <class Value>
  using Plain = model::Plain<Value>;
  template <size_t kBytes>
  using Bytes = model::Bytes<kBytes>;
  using Word = TimedWord;
  using Seat = model::Seat;
  using Seats = model::Seats;
  static constexpr Order kPublish = Order::release;
  static constexpr Order kSubscribe = Order::acquire;
  static void fence(Order order) { model::fence(order); }
};

struct QueuedAtomics : Atomics {
  using Word = QueuedWord;
};

}  // namespace harness::model

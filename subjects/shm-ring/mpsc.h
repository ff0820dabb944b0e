// A ring in shared memory with several producers and one consumer, whose slots say for themselves what they
// are: free, reserved by whom, or ready. So a producer that dies between reserving and committing leaves a
// hole that is known as one, and as whose.
//
//     PROGRAM producer|consumer [--name /NAME] [--number N] [--producers N] [--items N] [--start INDEX]
//
// The consumer makes the ring. Each producer sends `--items` (6) messages, which are numbered from its own
// number times 100. Indices begin at `--start` (0) and run over 2^32; full differs from empty by the turn in
// a slot. Whoever finds nothing to do sleeps and looks after the others when it wakes. Told beside `send` and
// `receive`: "corrupt", a message that is not whole; "lost", how many slots were stepped over; "drained".
// Exit status: 0 done, 2 wrong usage or no shared object, 3 the consumer has died.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "../common/memory/section.h"
#include "atomics.h"

namespace shm_ring {

constexpr size_t kMessageRoom = 40;

// What a slot is, in one word so that it changes at once: the index for which it is, and its phase.
struct SlotState {
  static constexpr uint32_t kFree = 0;
  static constexpr uint32_t kReady = UINT32_MAX;  // between the two: reserved by seat phase - 1

  uint32_t turn = 0;
  uint32_t phase = kFree;

  static SlotState of(uint64_t word) {
    return {.turn = static_cast<uint32_t>(word >> 32), .phase = static_cast<uint32_t>(word)};
  }
  uint64_t word() const { return uint64_t{turn} << 32 | phase; }
  bool is_reserved() const { return phase != kFree && phase != kReady; }
};

template <class Atomics>
struct alignas(64) PaddedSlot {
  typename Atomics::template Atomic<uint64_t> state;
  typename Atomics::template Plain<int64_t> item;
  typename Atomics::template Bytes<kMessageRoom> bytes;
};

template <class Atomics, uint32_t kSlots>
struct SharedRing {
  shared_memory::SharedHeader header;
  typename Atomics::Seat consumer;
  typename Atomics::Seats producers;
  alignas(64) typename Atomics::template Atomic<uint32_t> head;  // the next index to be reserved
  alignas(64) typename Atomics::Word news;                       // goes up with every commit
  alignas(64) typename Atomics::Word taken;                      // goes up with every slot that is free again
  PaddedSlot<Atomics> slots[kSlots];
};

struct SharedRingOptions {
  const char* role = "";
  const char* name = "/harness-shared-ring";
  int number = 1;
  int producers = 2;
  int items = 6;
  uint32_t start = 0;
};

// What a variant does in its own way.
struct RightSharedRing {
  using Atomics = StandardAtomics;
  static constexpr uint32_t kSlots = 4;            // a power of two, so that slots go on in order over 2^32
  static constexpr bool kLooksAfterOthers = true;  // whoever sleeps wakes after a while and looks
  static constexpr bool kStepsOverDead = true;     // a dead one's reservation is no reason to wait
  static constexpr bool kStepsOverLiving = false;  // but that of one that lives and is slow is
  static constexpr bool kTakesReserved = false;    // what is reserved is taken as if it were ready
};

template <class Variant>
class SharedRingSide {
 public:
  using Atomics = typename Variant::Atomics;
  using Memory = SharedRing<Atomics, Variant::kSlots>;

  using Seat = typename Atomics::Seat;

  explicit SharedRingSide(const SharedRingOptions& options, Memory* ring = nullptr)
      : options_(options), ring_(ring) {}

  // The whole of a process.
  int run() {
    const bool is_consumer = strcmp(options_.role, "consumer") == 0;
    void* memory = is_consumer ? shared_memory::create_shared(options_.name, sizeof(Memory))
                               : shared_memory::open_shared(options_.name, sizeof(Memory));
    if (memory == nullptr) return 2;
    ring_ = static_cast<Memory*>(memory);
    if (is_consumer) begin();
    if (is_consumer) shared_memory::publish(ring_->header);
    Seat* own = is_consumer ? &ring_->consumer : shared_memory::take_seat(ring_->producers);
    if (own == nullptr) return 2;
    own->pid.store(getpid());
    shared_memory::attach(ring_->header, options_.name, static_cast<uint32_t>(options_.producers) + 1);
    HARNESS_PROBE("ring.open");
    return take_part(is_consumer, *own);
  }

  // What it does once the memory is there and has begun.
  int take_part(bool is_consumer, Seat& own) {
    const int status =
        is_consumer ? consume() : produce(static_cast<uint32_t>(&own - ring_->producers.seats));
    own.is_done.store(1, std::memory_order_release);
    if (!is_consumer) wake(ring_->news);
    return status;
  }

  // The first state of the memory.
  void begin() {
    for (uint32_t i = 0; i < Variant::kSlots; ++i) {
      const SlotState state{.turn = options_.start + i};
      slot(state.turn).state.store(state.word());
    }
    ring_->head.store(options_.start);
  }

 private:
  using Word = typename Atomics::Word;

  PaddedSlot<Atomics>& slot(uint32_t index) { return ring_->slots[index % Variant::kSlots]; }
  SlotState state_of(uint32_t index) { return SlotState::of(slot(index).state.load(Atomics::kSubscribe)); }

  bool change(uint32_t index, SlotState from, SlotState to) {
    uint64_t word = from.word();
    return slot(index).state.compare_exchange_strong(word, to.word(), std::memory_order_acq_rel,
                                                     std::memory_order_relaxed);
  }

  static void wake(Word& word) {
    word.fetch_add(1, Atomics::kPublish);
    wake_all(word);
  }

  // --- a producer

  // The claim is the slot's own, with the owner in it; the head is moved on by whoever comes by, so that
  // nothing depends on a producer that dies between the two.
  bool reserve(uint32_t seat, uint32_t& index) {
    for (;;) {
      const uint32_t seen = ring_->taken.load(Atomics::kSubscribe);
      index = ring_->head.load(Atomics::kSubscribe);
      const SlotState state = state_of(index);
      if (state.turn == index && state.phase == SlotState::kFree) {
        if (!change(index, state, {.turn = index, .phase = seat + 1})) continue;
        HARNESS_PROBE("slot.claimed");
        move_head(index);
        return true;
      }
      if (state.turn == index || ring_->head.load(Atomics::kSubscribe) != index) {
        move_head(index);
        continue;
      }
      if (static_cast<int32_t>(state.turn - index) > 0) continue;  // the head that was read is an old one
      if (!await_room(index, seen)) return false;
    }
  }

  void move_head(uint32_t index) {
    ring_->head.compare_exchange_strong(index, index + 1, std::memory_order_acq_rel,
                                        std::memory_order_relaxed);
  }

  bool await_room(uint32_t index, uint32_t seen) {
    HARNESS_PROBE("ring.full");
    const bool is_consumer_dead = has_died(ring_->consumer);
    if (state_of(index).turn == index) return true;
    if (is_consumer_dead) return false;
    sleep_on(ring_->taken, seen, Variant::kLooksAfterOthers);
    return true;
  }

  bool put(uint32_t seat, int64_t item) {
    uint32_t index = 0;
    if (!reserve(seat, index)) return false;
    HARNESS_PROBE("slot.reserved");
    slot(index).item = item;
    fill_all(slot(index).bytes, static_cast<int>(item));
    HARNESS_PROBE("slot.written");
    // It fails where the slot was taken away, and nobody may do that while its owner lives.
    const bool is_ours =
        change(index, {.turn = index, .phase = seat + 1}, {.turn = index, .phase = SlotState::kReady});
    if (!is_ours) HARNESS_PROBE("slot.taken-away");
    HARNESS_PROBE("item.published");
    wake(ring_->news);
    return true;
  }

  int produce(uint32_t seat) {
    for (int64_t item = options_.number * 100 + 1; item <= options_.number * 100 + options_.items; ++item) {
      harness_invoke("send", item);
      if (!put(seat, item)) {
        harness_fail("send", item, EPIPE);
        return 3;
      }
      harness_ok("send", item, kMessageRoom);
      HARNESS_PROBE("item.sent");
    }
    return 0;
  }

  // --- the consumer

  bool has_ended(const Seat& seat) const {
    return seat.is_done.load(std::memory_order_acquire) != 0 || has_died(seat);
  }

  bool have_all_producers_ended() const {
    for (int i = 0; i < options_.producers; ++i) {
      const Seat& seat = ring_->producers.seats[i];
      if (seat.pid.load() == 0 || !has_ended(seat)) return false;
    }
    return true;
  }

  void free_slot(uint32_t index) {
    const SlotState next{.turn = index + Variant::kSlots};
    slot(index).state.store(next.word(), Atomics::kPublish);
    wake(ring_->taken);
  }

  void take(uint32_t index) {
    const int64_t item = slot(index).item;
    const bool is_whole = are_all(slot(index).bytes, static_cast<unsigned char>(item));
    free_slot(index);
    if (!is_whole) harness_observe("corrupt", 1, &item);
    if (is_whole) harness_ok("receive", item, kMessageRoom);
    HARNESS_PROBE("item.received");
  }

  // A hole: its owner has died, and was not ready.
  bool is_hole(SlotState state, bool has_waited) const {
    if (!state.is_reserved()) return false;
    if (Variant::kStepsOverLiving && has_waited) return true;
    return Variant::kStepsOverDead && has_died(ring_->producers.seats[state.phase - 1]);
  }

  // Only by an exchange: an owner that has committed at the last moment has committed.
  bool step_over(uint32_t index, SlotState state) {
    if (!change(index, state, {.turn = index + Variant::kSlots})) return false;
    ++lost_;
    move_head(index);
    wake(ring_->taken);
    HARNESS_PROBE("slot.stepped-over");
    return true;
  }

  // What is to be done about the slot at this index. False when nothing will ever come there.
  bool look(uint32_t& index, bool& has_waited) {
    const uint32_t seen = ring_->news.load(Atomics::kSubscribe);
    const bool have_ended = have_all_producers_ended();
    const SlotState state = state_of(index);
    const bool is_taken =
        state.phase == SlotState::kReady || (Variant::kTakesReserved && state.is_reserved());
    if (is_taken) take(index);
    if (is_taken || (is_hole(state, has_waited) && step_over(index, state))) {
      ++index;
      has_waited = false;
      return true;
    }
    if (state.phase == SlotState::kFree && have_ended) return false;
    HARNESS_PROBE("ring.empty");
    if (state.is_reserved()) HARNESS_PROBE("slot.awaited");
    const bool may_stay = state.is_reserved() && !Variant::kStepsOverDead;
    sleep_on(ring_->news, seen, Variant::kLooksAfterOthers && !may_stay);
    has_waited = true;
    return true;
  }

  int consume() {
    uint32_t index = options_.start;
    bool has_waited = false;
    HARNESS_PROBE("item.wanted");
    while (look(index, has_waited)) {
    }
    harness_observe("lost", 1, &lost_);
    harness_observe("drained", 0, nullptr);
    return 0;
  }

  const SharedRingOptions& options_;
  Memory* ring_ = nullptr;
  int64_t lost_ = 0;
};

inline bool read_options(int argc, char** argv, SharedRingOptions& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const char* value = argv[i + 1];
    if (strcmp(argv[i], "--name") == 0) {
      options.name = value;
    } else if (strcmp(argv[i], "--number") == 0) {
      options.number = atoi(value);
    } else if (strcmp(argv[i], "--producers") == 0) {
      options.producers = atoi(value);
    } else if (strcmp(argv[i], "--items") == 0) {
      options.items = atoi(value);
    } else if (strcmp(argv[i], "--start") == 0) {
      options.start = static_cast<uint32_t>(strtoul(value, nullptr, 10));
    } else {
      return false;
    }
  }
  return options.producers > 0 && options.producers <= shared_memory::kSeats;
}

// main() of every variant.
template <class Variant>
int run_shared_ring(int argc, char** argv) {
  SharedRingOptions options;
  if (!read_options(argc, argv, options)) return 2;
  return SharedRingSide<Variant>(options).run();
}

}  // namespace shm_ring

// A ring of one slot in shared memory whose sides make the system call that wakes only when the other one
// says that it sleeps. Nothing between two messages is told or is a probe: both would keep the order that
// the variants differ in. Usage and exit status as in spsc.h; told is `drained`, with how many items came.
#pragma once

#include <sched.h>

#include "spsc.h"

namespace shm_ring {

constexpr size_t kMessageBytes =
    2048;  // cache lines that the other side had last, so that writing them takes long

// How one side sleeps, and how the other one knows: the word is 1 from before a side looks for the last time
// until somebody wakes it.
template <class Atomics>
struct Doorbell {
  alignas(64) typename Atomics::Word sleeps;
};

template <class Atomics>
struct OneSlot {
  shared_memory::SharedHeader header;
  typename Atomics::Seat producer;
  typename Atomics::Seat consumer;
  alignas(64) typename Atomics::template Atomic<uint32_t> head;
  alignas(64) typename Atomics::template Atomic<uint32_t> tail;
  Doorbell<Atomics> producer_bell;
  Doorbell<Atomics> consumer_bell;
  alignas(64) typename Atomics::template Bytes<kMessageBytes> message;
};

// What a variant does in its own way.
struct RightDoorbell {
  using Atomics = StandardAtomics;
  static constexpr bool kFences = true;     // between its store and its look at the other side
  static constexpr bool kLooksLong = true;  // before it says that it sleeps
};

// Each side has a processor of its own, whatever else this machine does and whoever has started it: what one
// processor does in turns it never reorders. Who asks for all gets those that it may have.
inline void run_on_processor_of_its_own(bool is_producer) {
  cpu_set_t ours;
  memset(&ours, 0xFF, sizeof(ours));
  sched_setaffinity(0, sizeof(ours), &ours);
  if (sched_getaffinity(0, sizeof(ours), &ours) != 0) return;
  int wanted = is_producer ? 0 : 1;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &ours) || wanted-- != 0) continue;
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(processor, &own);
    sched_setaffinity(0, sizeof(own), &own);
    return;
  }
}

template <class Variant>
class DoorbellSide {
 public:
  using Atomics = typename Variant::Atomics;
  using Memory = OneSlot<Atomics>;

  explicit DoorbellSide(const Options& options, Memory* ring = nullptr) : options_(options), ring_(ring) {}

  // The whole of a process.
  int run() {
    HARNESS_NEEDS("two-processors");
    const bool is_producer = strcmp(options_.role, "producer") == 0;
    run_on_processor_of_its_own(is_producer);
    void* memory = is_producer ? shared_memory::create_shared(options_.name, sizeof(Memory))
                               : shared_memory::open_shared(options_.name, sizeof(Memory));
    ring_ = static_cast<Memory*>(memory);
    if (ring_ == nullptr) return 2;
    if (is_producer) shared_memory::publish(ring_->header);
    auto& own = is_producer ? ring_->producer : ring_->consumer;
    own.pid.store(getpid());
    shared_memory::attach(ring_->header, options_.name, 2);
    HARNESS_PROBE("ring.open");
    const int status = take_part(is_producer);
    own.is_done.store(1);
    return status;
  }

  // What it does once the memory is there.
  int take_part(bool is_producer) { return is_producer ? produce() : consume(); }

 private:
  using Index = typename Atomics::template Atomic<uint32_t>;
  using Bell = Doorbell<Atomics>;

  // The store before and the load after are of different words, so that only a full fence keeps them in order
  // (futex(7) shows the same pattern; on x86 too a load passes an earlier store).
  static void between_store_and_load() {
    if (Variant::kFences) Atomics::fence(std::memory_order_seq_cst);
  }

  // Looks before it, as doorbells do: for most messages as long as a sleeper takes to wake, so that both run,
  // and for some a few, another number each time. Two sides that slept for each message would keep in step:
  // each long asleep when the other one publishes.
  static bool has_moved_soon(const Index& index, uint32_t seen) {
#ifdef __SANITIZE_THREAD__  // each look is a call, and nothing is to be seen there
    constexpr uint32_t kLong = 256;
#else
    constexpr uint32_t kLong = 20'000;
#endif
    constexpr uint32_t kMostOfFew = 256;
    uint32_t looks = seen % 4 == 0 ? seen / 4 % kMostOfFew : kLong;
    while (looks > 0 && index.load(std::memory_order_acquire) == seen) --looks;
    return looks > 0;
  }

  // Sleeps until the other side has moved its index away from `seen`. Nobody looks after the other side
  // here: what is shown is a wake-up that is lost between two that live.
  static void wait_to_move(const Index& index, uint32_t seen, Bell& own) {
    if (Variant::kLooksLong && has_moved_soon(index, seen)) return;
    while (index.load(std::memory_order_acquire) == seen) {
      own.sleeps.store(1, std::memory_order_release);
      between_store_and_load();
      if (index.load(std::memory_order_acquire) == seen) sleep_on(own.sleeps, 1, false);
      own.sleeps.store(0, std::memory_order_relaxed);
    }
  }

  static void move_to(Index& index, uint32_t value, Bell& other) {
    index.store(value, std::memory_order_release);
    between_store_and_load();
    if (other.sleeps.load(std::memory_order_acquire) == 0) return;
    other.sleeps.store(0, std::memory_order_release);
    wake_one(other.sleeps);
  }

  int produce() {
    const auto items = static_cast<uint32_t>(options_.items);
    for (uint32_t item = 1; item <= items; ++item) {
      if (item > 1) wait_to_move(ring_->tail, item - 2, ring_->producer_bell);
      fill_all(ring_->message, static_cast<int>(item & 0xFF));
      move_to(ring_->head, item, ring_->consumer_bell);
    }
    return 0;
  }

  int consume() {
    const auto items = static_cast<uint32_t>(options_.items);
    for (uint32_t item = 1; item <= items; ++item) {
      wait_to_move(ring_->head, item - 1, ring_->consumer_bell);
      if (!are_all(ring_->message, static_cast<unsigned char>(item & 0xFF))) {
        const int64_t corrupt = item;
        harness_observe("corrupt", 1, &corrupt);
      }
      move_to(ring_->tail, item, ring_->producer_bell);
    }
    const int64_t count = items;
    harness_observe("drained", 1, &count);
    return 0;
  }

  const Options& options_;
  Memory* ring_ = nullptr;
};

// main() of every variant.
template <class Variant>
int run_doorbell(int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) return 2;
  return DoorbellSide<Variant>(options).run();
}

}  // namespace shm_ring

// A ring of a few slots in shared memory with one producer and one consumer.
//
//     PROGRAM producer|consumer [--name /NAME] [--items N] [--start INDEX]
//
// The producer makes the ring, whose indices begin at `--start` (0) and are never brought back into range:
// they run over 2^32, and full differs from empty by their distance. Whoever finds nothing to do sleeps on a
// futex and looks after the other one when it wakes. A fault that says "fail" at producer.lies-about-length
// or producer.lies-about-head makes it a producer that means harm. Told beside `send` and `receive`:
// "refused", when the consumer gave up a ring that is corrupt; "room" and "access", the bytes that the
// consumer has for a message and those that it copies there. What it copies to ends at a page that nobody may
// touch. Exit status: 0 done, 2 wrong usage or no shared object, 3 the other one has died.
#pragma once

#include <cstdlib>
#include <cstring>

#include "../common/memory/section.h"
#include "atomics.h"

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(begin, size) ((void)(begin), (void)(size))
#endif

namespace shm_ring {

constexpr int64_t kLastItem = -1;  // no item: the producer has ended well
constexpr size_t kSlotBytes = 24;
constexpr int kRefused = 5;

template <class Atomics>
struct Slot {
  typename Atomics::template Plain<uint32_t> length;
  typename Atomics::template Plain<int64_t> item;
  typename Atomics::template Bytes<kSlotBytes> bytes;
  unsigned char red_zone[8];  // nobody's; AddressSanitizer, which knows no slots, is told so
};

template <class Atomics, uint32_t kSlots>
struct Ring {
  shared_memory::SharedHeader header;
  typename Atomics::Seat producer;
  typename Atomics::Seat consumer;
  typename Atomics::Word head;  // the next index to be written
  typename Atomics::Word tail;  // the next index to be read
  Slot<Atomics> slots[kSlots];
};

struct Options {
  const char* role = "";
  const char* name = "/harness-ring";
  int items = 12;
  uint32_t start = 0;
};

// What a variant does in its own way. All of it is known when it is compiled, as in a ring that is used.
struct Right {
  using Atomics = StandardAtomics;
  static constexpr uint32_t kSlots = 8;  // a power of two, so that slots go on in order over 2^32
  static constexpr bool kLooksAfterPeer = true;
  static constexpr bool kChecksDistance = true;  // how far the peer's index is ahead
  static constexpr bool kChecksLength = true;
  static constexpr bool kReadsLengthOnce = true;
  static uint32_t next(uint32_t index) { return index + 1; }
  static size_t message_bytes() { return kSlotBytes; }  // that a producer writes
};

inline void fill_bytes(unsigned char* bytes, int value, size_t count) { memset(bytes, value, count); }
inline void copy_bytes(unsigned char* room, const unsigned char* bytes, size_t count) {
  memcpy(room, bytes, count);
}

// Room for one message, directly before a page that nobody may touch: whoever goes beyond it ends there.
struct GuardedRoom {
  unsigned char* begin = nullptr;

  GuardedRoom() {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void* pages = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(static_cast<char*>(pages) + page, page, PROT_NONE) != 0) return;
    begin = static_cast<unsigned char*>(pages) + page - kSlotBytes;
  }
};

template <class Variant>
class Side {
 public:
  using Atomics = typename Variant::Atomics;
  using Memory = Ring<Atomics, Variant::kSlots>;
  using Seat = typename Atomics::Seat;

  explicit Side(const Options& options, Memory* ring = nullptr) : options_(options), ring_(ring) {}

  // The whole of a process.
  int run() {
    const bool is_producer = strcmp(options_.role, "producer") == 0;
    ring_ = static_cast<Memory*>(is_producer ? shared_memory::create_shared(options_.name, sizeof(Memory))
                                             : shared_memory::open_shared(options_.name, sizeof(Memory)));
    if (ring_ == nullptr) return 2;
    if (is_producer) begin();
    for (auto& slot : ring_->slots) ASAN_POISON_MEMORY_REGION(slot.red_zone, sizeof slot.red_zone);
    const GuardedRoom room;
    if (room.begin == nullptr) return 2;
    (is_producer ? ring_->producer : ring_->consumer).pid.store(getpid());
    shared_memory::attach(ring_->header, options_.name, 2);
    HARNESS_PROBE("ring.open");
    return take_part(is_producer, room.begin);
  }

  // What it does once the memory is there. The consumer copies messages to `room`.
  int take_part(bool is_producer, unsigned char* room) {
    Seat& own = is_producer ? ring_->producer : ring_->consumer;
    peer_ = is_producer ? &ring_->consumer : &ring_->producer;
    room_ = room;
    const int status = is_producer ? produce() : consume();
    own.is_done.store(1, std::memory_order_release);
    return status;
  }

 private:
  void begin() {
    ring_->head.store(Variant::next(options_.start - 1));
    ring_->tail.store(Variant::next(options_.start - 1));
    shared_memory::publish(ring_->header);
  }

  Slot<Atomics>& slot(uint32_t index) { return ring_->slots[index % Variant::kSlots]; }

  bool is_peer_dead() const { return Variant::kLooksAfterPeer && has_died(*peer_); }

  // --- the producer

  bool put(int64_t item) {
    const uint32_t head = ring_->head.load(std::memory_order_relaxed);
    uint32_t tail = ring_->tail.load(Variant::Atomics::kSubscribe);
    while (head - tail == Variant::kSlots) {
      HARNESS_PROBE("ring.full");
      sleep_on(ring_->tail, tail, Variant::kLooksAfterPeer);
      tail = ring_->tail.load(Variant::Atomics::kSubscribe);
      if (head - tail == Variant::kSlots && is_peer_dead()) return false;
    }
    slot(head).length = kSlotBytes;
    slot(head).item = item;
    fill_bytes(slot(head).bytes, static_cast<int>(item), Variant::message_bytes());
    if (HARNESS_PROBE("producer.lies-about-length")) slot(head).length = 1U << 20;
    HARNESS_PROBE("item.written");
    const bool is_lie = HARNESS_PROBE("producer.lies-about-head") != 0;
    ring_->head.store(is_lie ? head + (1U << 31) : Variant::next(head), Variant::Atomics::kPublish);
    HARNESS_PROBE("item.published");
    wake_one(ring_->head);
    return true;
  }

  int produce() {
    for (int64_t item = 1; item <= options_.items; ++item) {
      harness_invoke("send", item);
      if (!put(item)) {
        harness_fail("send", item, EPIPE);
        return 3;
      }
      harness_ok("send", item, kSlotBytes);
      HARNESS_PROBE("item.sent");
    }
    return put(kLastItem) ? 0 : 3;
  }

  // --- the consumer

  // What was published before a death is still taken.
  bool wait_for_item(uint32_t tail) {
    uint32_t head = ring_->head.load(Variant::Atomics::kSubscribe);
    while (head == tail) {
      HARNESS_PROBE("ring.empty");
      const bool is_dead = is_peer_dead();
      head = ring_->head.load(Variant::Atomics::kSubscribe);
      if (head != tail) break;
      if (is_dead) return false;
      sleep_on(ring_->head, head, Variant::kLooksAfterPeer);
      head = ring_->head.load(Variant::Atomics::kSubscribe);
    }
    return true;
  }

  // The indices and lengths are the peer's, so they are checked, and read once: it may change them meanwhile.
  int take(uint32_t tail, int64_t& item) {
    const uint32_t distance = ring_->head.load(Variant::Atomics::kSubscribe) - tail;
    if (Variant::kChecksDistance && distance > Variant::kSlots) return refuse(distance);
    const uint32_t checked = read_once(slot(tail).length);
    if (Variant::kChecksLength && checked > kSlotBytes) return refuse(checked);
    HARNESS_PROBE("item.checked");
    copy(tail, Variant::kReadsLengthOnce ? checked : read_once(slot(tail).length));
    item = slot(tail).item;
    if (item != kLastItem && room_[0] != static_cast<unsigned char>(item))
      harness_observe("corrupt", 1, &item);
    ring_->tail.store(Variant::next(tail), Variant::Atomics::kPublish);
    wake_one(ring_->tail);
    return 0;
  }

  void copy(uint32_t tail, uint32_t length) {
    const int64_t access[] = {0, length};
    harness_observe("access", 2, access);
    copy_bytes(room_, slot(tail).bytes, length);
  }

  static int refuse(uint32_t value) {
    const int64_t told = value;
    harness_observe("refused", 1, &told);
    return kRefused;
  }

  int consume() {
    const int64_t room = kSlotBytes;
    harness_observe("room", 1, &room);
    HARNESS_PROBE("item.wanted");
    for (;;) {
      const uint32_t tail = ring_->tail.load(std::memory_order_relaxed);
      int64_t item = kLastItem;
      if (wait_for_item(tail)) {
        const int status = take(tail, item);
        if (status != 0) return status == kRefused ? 0 : status;
      }
      if (item == kLastItem) break;
      harness_ok("receive", item, kSlotBytes);
      HARNESS_PROBE("item.received");
    }
    harness_observe("drained", 0, nullptr);
    return 0;
  }

  const Options& options_;
  Memory* ring_ = nullptr;
  Seat* peer_ = nullptr;
  unsigned char* room_ = nullptr;
};

inline bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    if (strcmp(argv[i], "--name") == 0) {
      options.name = argv[i + 1];
    } else if (strcmp(argv[i], "--items") == 0) {
      options.items = atoi(argv[i + 1]);
    } else if (strcmp(argv[i], "--start") == 0) {
      options.start = static_cast<uint32_t>(strtoul(argv[i + 1], nullptr, 10));
    } else {
      return false;
    }
  }
  return true;
}

// main() of every variant.
template <class Variant>
int run_ring(int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) return 2;
  return Side<Variant>(options).run();
}

}  // namespace shm_ring

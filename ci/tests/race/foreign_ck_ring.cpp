// Concurrency Kit's ring between processes, in shared memory: `foreign_ck_ring spsc|spmc|mpsc|mpmc|late ITEMS
// [1 [PRODUCERS [CONSUMERS]]]`; the words are the library's, for whether there are several producers or
// consumers. late: spmc, and one consumer has copied an item that is not its own yet, and goes on when the
// ring has gone round.
#include <atomic>
#include <cstring>

#include "foreign.h"

using foreign::Item;

// foreign_ck_ring.c
struct ring;
extern "C" {
size_t ring_bytes();
void ring_init(ring* of);
bool push_one(ring* of, Item* item);
bool push_many(ring* of, Item* item);
bool pop_one(ring* of, Item* item);
bool pop_many(ring* of, Item* item);
extern void (*after_copy)();
}

namespace {

constexpr uint64_t kSlots = 16;

// In shared memory, and orders nobody.
struct Late {
  std::atomic<bool> is_wanted;  // still
  std::atomic<bool> stands;     // or nobody is wanted
  std::atomic<uint64_t> pushed{0};
  explicit Late(bool one) : is_wanted(one), stands(!one) {}
};
Late* late;

void stand_still() {
  after_copy = nullptr;
  const uint64_t before = late->pushed.load(std::memory_order_relaxed);
  late->stands.store(true, std::memory_order_relaxed);
  while (late->pushed.load(std::memory_order_relaxed) < before + 2 * kSlots) sched_yield();
}

struct Ring {
  ring* shared;
  bool has_producers, has_consumers;  // several
  bool has_late_one;

  Ring(bool many_produce, bool many_consume, bool one_is_late)
      : shared(static_cast<ring*>(foreign::shared_malloc(ring_bytes()))),
        has_producers(many_produce),
        has_consumers(many_consume),
        has_late_one(one_is_late) {
    ring_init(shared);
    late = new (foreign::shared_malloc(sizeof(Late))) Late(one_is_late);
  }

  struct Producer {
    Ring& of;
    explicit Producer(Ring& all) : of(all) {}
    uint64_t push(const Item* item, uint64_t) {
      Item given = *item;
      if (!(of.has_producers ? push_many(of.shared, &given) : push_one(of.shared, &given))) return 0;
      if (of.has_late_one) late->pushed.fetch_add(1, std::memory_order_relaxed);
      return 1;
    }
  };
  // All but the late one begin when it stands.
  struct Consumer {
    Ring& of;
    explicit Consumer(Ring& all) : of(all) {
      if (late->is_wanted.exchange(false, std::memory_order_relaxed)) after_copy = stand_still;
      while (after_copy == nullptr && !late->stands.load(std::memory_order_relaxed)) sched_yield();
    }
    uint64_t pop(Item* item, uint64_t) {
      return (of.has_consumers ? pop_many(of.shared, item) : pop_one(of.shared, item)) ? 1 : 0;
    }
  };
};

}  // namespace

int main(int argc, char** argv) {
  const foreign::Crowd crowd = foreign::crowd_of(argc, argv);
  const char* way = argv[1];
  const bool is_late = strcmp(way, "late") == 0;
  const bool many_produce = way[0] == 'm', many_consume = is_late || (strlen(way) == 4 && way[2] == 'm');
  if ((crowd.producers > 1 && !many_produce) || (crowd.consumers > 1 && !many_consume)) return 64;
  return run(foreign::make<Ring>(many_produce, many_consume, is_late), crowd);
}

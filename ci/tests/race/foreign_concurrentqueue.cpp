// moodycamel::ConcurrentQueue between processes, in shared memory:
// `foreign_concurrentqueue WAY ITEMS [BATCH [PRODUCERS [CONSUMERS]]]`.
//   tokens, implicit: each process has its own token, or none has
//   tokens-in-turns, implicit-in-turns: two items go in, and each of two consumers takes one, again and again
//   heirs: two producers, one after the other; the second is given what the token of the first leaves behind
//   twins: the same without tokens: whose thread-local memory lies where the other's does has the other's
//   queue, and that of forked processes does refused, refused-before: one process alone, and a batch for
//   which there is no room
#include <concurrentqueue/concurrentqueue.h>

#include <atomic>
#include <cstring>

#include "foreign.h"

namespace {

using foreign::Item;

#ifndef BLOCK
#define BLOCK 32
#endif

struct Traits : moodycamel::ConcurrentQueueDefaultTraits {
  static constexpr size_t BLOCK_SIZE = BLOCK;
  static constexpr size_t EXPLICIT_INITIAL_INDEX_SIZE = 2;  // so that it grows
  static constexpr size_t IMPLICIT_INITIAL_INDEX_SIZE = 2;
  static constexpr size_t MAX_SUBQUEUE_SIZE = 512;
  static void* malloc(size_t bytes) { return foreign::shared_malloc(bytes); }
  static void free(void* memory) { foreign::shared_free(memory); }
};

using Queue = moodycamel::ConcurrentQueue<Item, Traits>;

struct Tokens {
  Queue queue;
  explicit Tokens(size_t room) : queue(room) {}

  struct Producer {
    Queue& queue;
    moodycamel::ProducerToken token;
    explicit Producer(Tokens& all) : queue(all.queue), token(all.queue) {}
    uint64_t push(const Item* items, uint64_t count) {
      if (count == 1) return queue.enqueue(token, *items) ? 1 : 0;
      return queue.enqueue_bulk(token, items, count) ? count : 0;
    }
  };
  struct Consumer {
    Queue& queue;
    moodycamel::ConsumerToken token;
    explicit Consumer(Tokens& all) : queue(all.queue), token(all.queue) {}
    uint64_t pop(Item* items, uint64_t count) {
      if (count == 1) return queue.try_dequeue(token, *items) ? 1 : 0;
      return queue.try_dequeue_bulk(token, items, count);
    }
  };
};

struct Implicit {
  Queue queue;
  explicit Implicit(size_t room) : queue(room) {}

  struct Producer {
    Queue& queue;
    explicit Producer(Implicit& all) : queue(all.queue) {}
    uint64_t push(const Item* items, uint64_t count) {
      if (count == 1) return queue.enqueue(*items) ? 1 : 0;
      return queue.enqueue_bulk(items, count) ? count : 0;
    }
  };
  struct Consumer {
    Queue& queue;
    explicit Consumer(Implicit& all) : queue(all.queue) {}
    uint64_t pop(Item* items, uint64_t count) {
      if (count == 1) return queue.try_dequeue(*items) ? 1 : 0;
      return queue.try_dequeue_bulk(items, count);
    }
  };
};

// What says whose turn it is orders nobody.
struct Turns {
  std::atomic<uint64_t> now{0};
  void wait_for(uint64_t mine, uint64_t of) const {
    while (now.load(std::memory_order_relaxed) % of != mine) sched_yield();
  }
  void pass() { now.fetch_add(1, std::memory_order_relaxed); }
};

// One producer and two consumers of such a queue.
template <class Of>
struct InTurns : Of {
  Turns turns;
  std::atomic<uint64_t> come{0};
  explicit InTurns(size_t room) : Of(room) {}

  struct Producer : Of::Producer {
    Turns& turns;
    explicit Producer(InTurns& all) : Of::Producer(all), turns(all.turns) {}
    uint64_t push(const Item* items, uint64_t count) {
      turns.wait_for(0, 3);
      const uint64_t in = Of::Producer::push(items, count);
      turns.pass();
      return in;
    }
  };
  struct Consumer : Of::Consumer {
    Turns& turns;
    uint64_t mine;
    explicit Consumer(InTurns& all)
        : Of::Consumer(all), turns(all.turns), mine(1 + all.come.fetch_add(1, std::memory_order_relaxed)) {}
    uint64_t pop(Item* items, uint64_t) {
      turns.wait_for(mine, 3);
      while (Of::Consumer::pop(items, 1) == 0) sched_yield();
      turns.pass();
      return 1;
    }
  };
};

// The second producer of such a queue begins when the first has ended.
template <class Of>
struct OneAfterTheOther : Of {
  Turns turns;
  std::atomic<uint64_t> come{0};
  explicit OneAfterTheOther(size_t room) : Of(room) {}

  struct Turn {
    Turns& turns;
    explicit Turn(OneAfterTheOther& all) : turns(all.turns) {
      turns.wait_for(all.come.fetch_add(1, std::memory_order_relaxed), 2);
    }
    ~Turn() { turns.pass(); }
  };
  struct Producer : Turn, Of::Producer {
    explicit Producer(OneAfterTheOther& all) : Turn(all), Of::Producer(all) {}
  };
};

}  // namespace

int main(int argc, char** argv) {
  const foreign::Crowd crowd = foreign::crowd_of(argc, argv);
  const char* way = argv[1];
  const bool is_for_turns = crowd.producers == 1 && crowd.consumers == 2 && crowd.batch == 2;
  if (strcmp(way, "tokens") == 0) return run(foreign::make<Tokens>(128), crowd);
  if (strcmp(way, "implicit") == 0) return run(foreign::make<Implicit>(128), crowd);
  if (strcmp(way, "tokens-in-turns") == 0 && is_for_turns)
    return run(foreign::make<InTurns<Tokens>>(128), crowd);
  if (strcmp(way, "implicit-in-turns") == 0 && is_for_turns)
    return run(foreign::make<InTurns<Implicit>>(128), crowd);
  if (strcmp(way, "heirs") == 0) return run(foreign::make<OneAfterTheOther<Tokens>>(128), crowd);
  if (strcmp(way, "twins") == 0) return run(foreign::make<OneAfterTheOther<Implicit>>(128), crowd);
  return 64;
}

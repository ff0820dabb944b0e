// moodycamel::ConcurrentQueue between processes, in shared memory:
// `foreign_concurrentqueue tokens|implicit|heirs|twins ITEMS [BATCH [PRODUCERS [CONSUMERS]]]`. tokens: each
// process has its own token; implicit: none has; heirs: two producers, one after the other, the second of
// whom is given the queue in the queue that the token of the first leaves behind; twins: the same without
// tokens. One of whom the thread is where the other's is has the other's queue, and threads of forked
// processes are.
#include <concurrentqueue/concurrentqueue.h>

#include <atomic>
#include <cstring>

#include "foreign.h"

namespace {

using foreign::Item;

struct Traits : moodycamel::ConcurrentQueueDefaultTraits {
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

// The second producer of such a queue begins when the first has ended. Nothing but the queue orders them.
template <class Of>
struct OneAfterTheOther : Of {
  std::atomic<int> begun{0}, ended{0};
  explicit OneAfterTheOther(size_t room) : Of(room) {}

  struct Turn {
    std::atomic<int>& ended;
    explicit Turn(OneAfterTheOther& all) : ended(all.ended) {
      const int mine = all.begun.fetch_add(1, std::memory_order_relaxed);
      while (ended.load(std::memory_order_relaxed) != mine) sched_yield();
    }
    ~Turn() { ended.fetch_add(1, std::memory_order_relaxed); }
  };
  struct Producer : Turn, Of::Producer {
    explicit Producer(OneAfterTheOther& all) : Turn(all), Of::Producer(all) {}
  };
};

}  // namespace

int main(int argc, char** argv) {
  const foreign::Crowd crowd = foreign::crowd_of(argc, argv);
  const char* way = argv[1];
  if (strcmp(way, "tokens") == 0) return run(foreign::make<Tokens>(128), crowd);
  if (strcmp(way, "implicit") == 0) return run(foreign::make<Implicit>(128), crowd);
  if (strcmp(way, "heirs") == 0) return run(foreign::make<OneAfterTheOther<Tokens>>(128), crowd);
  if (strcmp(way, "twins") == 0) return run(foreign::make<OneAfterTheOther<Implicit>>(128), crowd);
  return 64;
}

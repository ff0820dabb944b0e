// moodycamel::ReaderWriterQueue between two processes, in shared memory:
// `foreign_readerwriterqueue bounded|growing|peek|circular ITEMS`. bounded: as many as there is room for;
// growing: the producer adds blocks; peek: the consumer looks before it pops; circular: the other queue of
// the package.
#include <semaphore.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "foreign.h"

// The queue takes its blocks from std::malloc: those are of the shared memory.
namespace std {
using foreign::shared_free;
using foreign::shared_malloc;
}  // namespace std
#define malloc shared_malloc
#define free shared_free
#include <readerwriterqueue/readerwritercircularbuffer.h>
#include <readerwriterqueue/readerwriterqueue.h>
#undef malloc
#undef free

// The semaphores of the other queue are made by new.
void* operator new(size_t bytes) { return foreign::shared_malloc(bytes); }
void operator delete(void*) noexcept {}
void operator delete(void*, size_t) noexcept {}

namespace {

using foreign::Item;

enum class Way { bounded, growing, peek };

template <Way way, size_t block>
struct ReaderWriter {
  moodycamel::ReaderWriterQueue<Item, block> queue;
  explicit ReaderWriter(size_t room) : queue(room) {}

  struct Producer {
    ReaderWriter& of;
    explicit Producer(ReaderWriter& all) : of(all) {}
    uint64_t push(const Item* item, uint64_t) {
      return (way == Way::growing ? of.queue.enqueue(*item) : of.queue.try_enqueue(*item)) ? 1 : 0;
    }
  };
  struct Consumer {
    ReaderWriter& of;
    explicit Consumer(ReaderWriter& all) : of(all) {}
    uint64_t pop(Item* item, uint64_t) {
      if (way != Way::peek) return of.queue.try_dequeue(*item) ? 1 : 0;
      const Item* first = of.queue.peek();
      if (first == nullptr) return 0;
      *item = *first;
      return of.queue.pop() ? 1 : 0;
    }
  };
};

// Without its waits: its semaphores are for the threads of one process.
struct Circular {
  moodycamel::BlockingReaderWriterCircularBuffer<Item> queue;
  explicit Circular(size_t room) : queue(room) {}

  struct Producer {
    Circular& of;
    explicit Producer(Circular& all) : of(all) {}
    uint64_t push(const Item* item, uint64_t) { return of.queue.try_enqueue(*item) ? 1 : 0; }
  };
  struct Consumer {
    Circular& of;
    explicit Consumer(Circular& all) : of(all) {}
    uint64_t pop(Item* item, uint64_t) { return of.queue.try_dequeue(*item) ? 1 : 0; }
  };
};

}  // namespace

int main(int argc, char** argv) {
  const foreign::Crowd crowd = foreign::crowd_of(argc, argv);
  if (crowd.producers + crowd.consumers > 2) return 64;
  const char* way = argv[1];
  if (strcmp(way, "bounded") == 0) return run(foreign::make<ReaderWriter<Way::bounded, 512>>(100), crowd);
  if (strcmp(way, "growing") == 0) return run(foreign::make<ReaderWriter<Way::growing, 64>>(15), crowd);
  if (strcmp(way, "peek") == 0) return run(foreign::make<ReaderWriter<Way::peek, 16>>(100), crowd);
  if (strcmp(way, "circular") == 0) return run(foreign::make<Circular>(100), crowd);
  return 64;
}

// Boost.Lockfree between processes, in shared memory: `lockfree spsc|queue|two-consumers ITEMS`. Exit status
// 0 when all items came whole.
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include <boost/lockfree/queue.hpp>
#include <boost/lockfree/spsc_queue.hpp>

namespace {

struct Item {
  uint64_t number;
  uint64_t twice;
};

template <class Queue>
struct Shared {
  Queue queue;
  std::atomic<uint64_t> taken;
};

// Takes until nothing is to come any more; how many were not whole.
template <class Queue>
int take(Shared<Queue>& shared, uint64_t items) {
  int wrong = 0;
  while (shared.taken.load(std::memory_order_relaxed) < items) {
    Item came{};
    if (!shared.queue.pop(came)) {
      sched_yield();
      continue;
    }
    wrong += came.twice != 2 * came.number;
    shared.taken.fetch_add(1, std::memory_order_relaxed);
  }
  return wrong;
}

template <class Queue>
int run(uint64_t items, int other_consumers) {
  void* memory =
      mmap(nullptr, sizeof(Shared<Queue>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& shared = *new (memory) Shared<Queue>;
  Queue& queue = shared.queue;
  for (int i = 0; i < other_consumers; ++i) {
    if (fork() == 0) _exit(take(shared, items) == 0 ? 0 : 1);
  }
  if (fork() == 0) {
    for (uint64_t item = 1; item <= items; ++item) {
      while (!queue.push(Item{item, 2 * item})) sched_yield();
    }
    _exit(0);
  }
  int wrong = take(shared, items);
  for (int status = 0; wait(&status) > 0;) wrong += status != 0;
  return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const auto items = static_cast<uint64_t>(atoi(argv[2]));
  if (strcmp(argv[1], "spsc") == 0)
    return run<boost::lockfree::spsc_queue<Item, boost::lockfree::capacity<16>>>(items, 0);
  const int others = strcmp(argv[1], "two-consumers") == 0 ? 1 : 0;
  return run<boost::lockfree::queue<Item, boost::lockfree::capacity<16>>>(items, others);
}

// What the programs that put other people's queues into shared memory have in common: memory that all their
// processes have at one address, and producers and consumers, each a process of its own.
#pragma once

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace foreign {

struct Item {
  uint64_t number;
  uint64_t twice;
};

// Who comes, and with what.
struct Crowd {
  uint64_t items;  // of all producers together
  uint64_t batch;  // how many are offered, or asked for, at once
  int producers;
  int consumers;
};

constexpr uint64_t kMostInBatch = 64;
constexpr int kMostProcesses = 8;
constexpr size_t kPartBytes = 4 << 20;

// Shared memory for what the queues allocate, in parts: each process takes from its own, so that allocation
// orders nobody. Nothing is given back.
struct Arena {
  char* begin;
  char* end;
};
inline Arena own_part;

inline void* shared_malloc(size_t bytes) {
  char* memory = own_part.begin;
  own_part.begin += (bytes + 63) / 64 * 64;
  return own_part.begin <= own_part.end ? memory : nullptr;
}
inline void shared_free(void*) {}

inline void* map_shared(size_t bytes) {
  return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

// The queue is told of by a type with a Producer and a Consumer, each of which is made by the process that is
// one: push and pop return how many items went in or came out.
template <class Queue>
void produce(Queue& queue, uint64_t first, uint64_t count, uint64_t batch) {
  typename Queue::Producer producer(queue);
  Item items[kMostInBatch];
  for (uint64_t done = 0, offered = 0; done < count; done += offered) {
    offered = batch < count - done ? batch : count - done;
    for (uint64_t i = 0; i < offered; ++i) items[i] = {first + done + i, 2 * (first + done + i)};
    for (uint64_t in = 0; in < offered;) {
      const uint64_t some = producer.push(items + in, offered - in);
      if (some == 0) sched_yield();
      in += some;
    }
  }
}

// The sum of the items; 0 when one of them was not whole.
template <class Queue>
uint64_t consume(Queue& queue, uint64_t count, uint64_t batch) {
  typename Queue::Consumer consumer(queue);
  Item items[kMostInBatch];
  uint64_t sum = 0;
  bool is_whole = true;
  for (uint64_t done = 0; done < count;) {
    const uint64_t some = consumer.pop(items, batch < count - done ? batch : count - done);
    if (some == 0) sched_yield();
    for (uint64_t i = 0; i < some; ++i) {
      is_whole = is_whole && items[i].twice == 2 * items[i].number;
      sum += items[i].number;
    }
    done += some;
  }
  return is_whole ? sum : 0;
}

// The share of one of so many, the first of whom may have one more than the others.
inline uint64_t share_of(uint64_t items, int who, int of) {
  const auto count = static_cast<uint64_t>(of), number = static_cast<uint64_t>(who);
  return items / count + (number < items % count ? 1 : 0);
}

// Each consumer knows how many are its, so that nothing is shared but the queue. Exit status 0 when all items
// came, and whole. Whoever fails takes the others along.
template <class Queue>
int run(Queue& queue, const Crowd& crowd) {
  auto* sums = static_cast<uint64_t*>(map_shared(sizeof(uint64_t) * kMostProcesses));
  pid_t processes[kMostProcesses];
  uint64_t first = 1;
  for (int who = 0; who < crowd.producers + crowd.consumers; ++who) {
    const bool is_producer = who < crowd.producers;
    const uint64_t share = is_producer ? share_of(crowd.items, who, crowd.producers)
                                       : share_of(crowd.items, who - crowd.producers, crowd.consumers);
    auto* part = own_part.end + static_cast<size_t>(who) * kPartBytes;
    processes[who] = fork();
    if (processes[who] == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      own_part = {part, part + kPartBytes};
      if (is_producer) produce(queue, first, share, crowd.batch);
      if (!is_producer) sums[who] = consume(queue, share, crowd.batch);
      _exit(0);
    }
    if (is_producer) first += share;
  }
  int wrong = 0;
  for (int status = 0; wait(&status) > 0;) {
    if (status == 0) continue;
    for (int who = 0; wrong == 0 && who < crowd.producers + crowd.consumers; ++who)
      kill(processes[who], SIGKILL);
    wrong = 1;
  }
  uint64_t sum = 0;
  for (int who = crowd.producers; who < crowd.producers + crowd.consumers; ++who) sum += sums[who];
  return wrong == 0 && sum == crowd.items * (crowd.items + 1) / 2 ? 0 : 1;
}

// A queue in shared memory, made by the arguments.
template <class Queue, class... Arguments>
Queue& make(Arguments... arguments) {
  auto* memory = static_cast<char*>(map_shared(kPartBytes * (kMostProcesses + 1)));
  own_part = {memory, memory + kPartBytes};
  return *new (shared_malloc(sizeof(Queue))) Queue(arguments...);
}

// The words of the command line behind the way: ITEMS [BATCH [PRODUCERS [CONSUMERS]]].
inline Crowd crowd_of(int argc, char** argv) {
  const auto word = [&](int at, int otherwise) { return argc > at ? atoi(argv[at]) : otherwise; };
  Crowd crowd{.items = static_cast<uint64_t>(word(2, 0)),
              .batch = static_cast<uint64_t>(word(3, 1)),
              .producers = word(4, 1),
              .consumers = word(5, 1)};
  const bool is_right = crowd.items > 0 && crowd.batch > 0 && crowd.batch <= kMostInBatch &&
                        crowd.producers > 0 && crowd.consumers > 0 &&
                        crowd.producers + crowd.consumers <= kMostProcesses;
  if (!is_right) _exit(64);
  return crowd;
}

}  // namespace foreign

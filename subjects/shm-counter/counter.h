// A counter in shared memory that several processes add to.
//
//     PROGRAM owner|waiter [--name /NAME] [--participants N] [--rounds N]
//
// owner makes the counter and adds; waiter adds. Each tells what it has brought the counter to, and the last
// one at work what it came to at last. Exit status: 0 done, 2 wrong usage or no shared object.
#pragma once

#include <pthread.h>
#include <semaphore.h>

#include <atomic>
#include <cerrno>

#include "../common/memory/section.h"

namespace shm_counter {

struct Counter {
  std::atomic<int64_t> value;
  std::atomic<uint32_t> done;
  pthread_mutex_t mutex;
  sem_t semaphore;
};

// The step in which variants differ.
struct Program {
  // Adds one: the new value. Passes the probe half-added wherever another process may come between.
  int64_t (*add)(Counter& counter);
};

inline int lock(pthread_mutex_t& mutex) { return pthread_mutex_lock(&mutex); }
inline void declare_consistent(pthread_mutex_t& mutex) { pthread_mutex_consistent(&mutex); }
inline void unlock(pthread_mutex_t& mutex) { pthread_mutex_unlock(&mutex); }
inline int wait(sem_t& semaphore) { return sem_wait(&semaphore); }
inline void post(sem_t& semaphore) { sem_post(&semaphore); }

// What follows is a template over the counter alone: harness/model goes through all its executions.

// In two steps, each whole in itself, as the processor makes `++value` of a plain variable. A relaxed load
// and store are the same instructions, and let nobody call the mistake a data race of the language.
template <class Memory>
int64_t load_and_store(Memory& counter) {
  const int64_t value = counter.value.load(std::memory_order_relaxed) + 1;
  HARNESS_PROBE("half-added");
  counter.value.store(value, std::memory_order_relaxed);
  return value;
}

template <class Memory>
int64_t fetch_and_add(Memory& counter) {
  HARNESS_PROBE("half-added");
  return counter.value.fetch_add(1, std::memory_order_relaxed) + 1;
}

// Tries again when another has come between.
template <class Memory>
int64_t compare_and_exchange(Memory& counter) {
  int64_t value = counter.value.load(std::memory_order_relaxed);
  do {
    HARNESS_PROBE("half-added");
  } while (!counter.value.compare_exchange_strong(value, value + 1, std::memory_order_relaxed));
  return value + 1;
}

// Who dies inside leaves the counter whole, since it is stored in one step.
template <class Memory>
int64_t add_under_mutex(Memory& counter) {
  if (lock(counter.mutex) == EOWNERDEAD) declare_consistent(counter.mutex);
  const int64_t value = load_and_store(counter);
  unlock(counter.mutex);
  return value;
}

template <class Memory>
int64_t add_under_semaphore(Memory& counter) {
  while (wait(counter.semaphore) != 0) {
  }
  const int64_t value = load_and_store(counter);
  post(counter.semaphore);
  return value;
}

template <class Memory>
void add_once(int64_t (*add)(Memory&), Memory& counter) {
  harness_invoke("update", shared_memory::kCounter);
  const int64_t value = add(counter);
  harness_ok("update", shared_memory::kCounter, value);
  HARNESS_PROBE("added");
}

inline void make(Counter& counter) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&counter.mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  sem_init(&counter.semaphore, 1, 1);
}

inline shared_memory::Shared* make_or_open(const shared_memory::Options& options) {
  const shared_memory::Section section{.make =
                                           [](const shared_memory::Run& run) {
                                             make(run.lock<Counter>());
                                             return true;
                                           },
                                       .acquire = nullptr,
                                       .release = nullptr};
  return shared_memory::make_or_open(section, options);
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  shared_memory::Options options;
  if (!read_options(argc, argv, options)) return 2;
  shared_memory::Shared* shared = make_or_open(options);
  if (shared == nullptr) return 2;
  auto& counter = *reinterpret_cast<Counter*>(shared->lock);
  shared_memory::attach(shared->header, options.name, static_cast<uint32_t>(options.participants));
  for (int round = 0; round < options.rounds; ++round) add_once(program.add, counter);
  const bool is_last = counter.done.fetch_add(1) + 1 == static_cast<uint32_t>(options.participants);
  const int64_t last[] = {shared_memory::kCounter, counter.value.load()};
  if (is_last) harness_observe("final", 2, last);
  return 0;
}

}  // namespace shm_counter

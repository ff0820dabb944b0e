// A participant whose recoveries are counted, and read by a thread of its own that reports them.
#pragma once

#include <pthread.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "participant.h"

namespace shm_mutex {

struct StandardLocks {
  using Mutex = std::mutex;
  template <class Value>
  using Plain = Value;
};

// The count of one process, used by two of its threads: in this variants differ. A template over its locks:
// harness/model goes through all its executions.
template <class Locks>
struct LockedCount {
  typename Locks::Mutex lock;
  typename Locks::template Plain<long> recoveries{0};

  long read() {
    const std::lock_guard<typename Locks::Mutex> guard(lock);
    return recoveries;
  }
  void add_one() {
    const std::lock_guard<typename Locks::Mutex> guard(lock);
    recoveries = recoveries + 1;
  }
};

template <class Count, class Memory>
void count_and_repair(Count& count, Memory& record) {
  count.add_one();
  repair(record);
}

template <class Count>
inline Count counted_with;
inline pthread_t reporting_thread;

template <class Count>
void* report(void*) {
  if (counted_with<Count>.read() > 1) std::puts("recovered more than once");
  return nullptr;
}

inline void await_report(const Run&) { pthread_join(reporting_thread, nullptr); }

template <template <class> class CountOver>
int run_counting(int argc, char** argv) {
  using Count = CountOver<StandardLocks>;
  Program program = robust_program();
  program.repair = [](Record& record) { count_and_repair(counted_with<Count>, record); };
  program.clean_up = await_report;
  if (pthread_create(&reporting_thread, nullptr, report<Count>, nullptr) != 0) return 2;
  return run(program, argc, argv);
}

}  // namespace shm_mutex

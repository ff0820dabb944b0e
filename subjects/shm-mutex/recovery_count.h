// A participant whose recoveries are counted, and read by a thread of its own that reports them.
#pragma once

#include <pthread.h>

#include <cstdio>
#include <cstdlib>

#include "participant.h"

namespace shm_mutex {

// How the count is read and written: by one step each, in which variants differ.
struct RecoveryCount {
  long (*read)();
  void (*add_one)();
};

inline RecoveryCount counted_with{};
inline pthread_t reporting_thread;

inline void* report(void*) {
  if (counted_with.read() > 1) std::puts("recovered more than once");
  return nullptr;
}

inline void count_and_repair(Record& record) {
  counted_with.add_one();
  repair(record);
}

inline void await_report(const Run&) { pthread_join(reporting_thread, nullptr); }

inline int run_counting(const RecoveryCount& count, int argc, char** argv) {
  counted_with = count;
  Program program = robust_program();
  program.repair = count_and_repair;
  program.clean_up = await_report;
  if (pthread_create(&reporting_thread, nullptr, report, nullptr) != 0) return 2;
  return run(program, argc, argv);
}

}  // namespace shm_mutex

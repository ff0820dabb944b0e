// Ways to end while the lock is held, other than by a signal: each is taken when a fault says "fail" at its
// point.
#pragma once

#include <pthread.h>
#include <unistd.h>

#include <cstdlib>

#include "probe/probe.h"
#include "program.h"
#include "thread_sanitizer.h"

namespace shm_mutex {

// Becomes this same program in the role `finish`, which ends at once with status 0.
[[noreturn]] inline void become_finish() {
  char program[] = "finish";
  char role[] = "finish";
  char* arguments[] = {program, role, nullptr};
  execv("/proc/self/exe", arguments);
  _exit(2);
}

inline void* become_finish_in_thread(void*) { become_finish(); }

// execve(2) ends all other threads of the process, so also the one that holds the lock.
inline void be_replaced_by_a_thread() {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, become_finish_in_thread, nullptr) != 0) _exit(2);
  pthread_join(thread, nullptr);
}

// What a thread needs that goes on after the main thread has ended: copies, for the main thread's stack is
// given up.
struct Successor {
  Program program;
  Options options;
  Record* record;
  pthread_t main_thread;
  bool (*next_round)(const Run& run);
};

// Waits for the end of the main thread, makes one more round and ends the process.
inline void* succeed(void* argument) {
  const auto& successor = *static_cast<const Successor*>(argument);
  join_main_thread(successor.main_thread);
  const bool done = successor.next_round(Run{successor.program, successor.options, *successor.record});
  exit(done ? 0 : 1);
}

// The main thread ends while the process lives on: the kernel walks its robust list at the end of the thread.
inline void leave_to_a_successor(const Run& run, bool (*next_round)(const Run& run)) {
  static Successor successor{};
  successor = {run.program, run.options, &run.record, pthread_self(), next_round};
  pthread_t thread;
  if (pthread_create(&thread, nullptr, succeed, &successor) != 0) _exit(2);
  tell_released(&run.record.mutex);
  pthread_exit(nullptr);
}

// Stands inside the lock. The name of a point is the call by which the process or the thread ends.
inline void end_inside_if_told(const Run& run, bool (*next_round)(const Run& run)) {
  if (HARNESS_PROBE("end.exit")) exit(0);
  if (HARNESS_PROBE("end._exit")) _exit(0);
  if (HARNESS_PROBE("end.abort")) abort();
  if (HARNESS_PROBE("end.exec")) become_finish();
  if (HARNESS_PROBE("end.exec-by-thread")) be_replaced_by_a_thread();
  if (HARNESS_PROBE("end.pthread-exit")) leave_to_a_successor(run, next_round);
}

// Goes in and returns from the thread without going out; the process goes on.
inline void* enter_and_return(void* argument) {
  const Run& run = *static_cast<const Run*>(argument);
  if (run.program.enter(run)) {
    observe_fields(run.record);
    HARNESS_PROBE("lock.held");
    tell_released(&run.record.mutex);
  }
  return nullptr;
}

inline bool round_in_a_thread_that_ends_inside(const Run& run) {
  pthread_t thread;
  Run for_thread = run;
  if (pthread_create(&thread, nullptr, enter_and_return, &for_thread) != 0) return false;
  return pthread_join(thread, nullptr) == 0;
}

}  // namespace shm_mutex

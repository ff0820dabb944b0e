// Participants that all meet before one of them goes on.
//
//     PROGRAM owner|waiter [--name /NAME] [--participants N] [--patience-ms N]
//
// The owner makes the shared object. Exit status: 0 passed, 1 the gate failed, 2 wrong usage or no shared
// object, 3 given up, since another one died before it came.
#pragma once

#include <pthread.h>

#include "../common/memory/liveness.h"
#include "../common/memory/section.h"

namespace gate {

using shared_memory::Options;

// An own barrier, of what has time limits and what tells of a death.
struct Meeting {
  pthread_mutex_t mutex;
  pthread_cond_t everybody_is_here;
  int arrived;
};

struct Gate {
  shared_memory::SharedHeader header;
  pthread_barrier_t barrier;
  Meeting meeting;
  shared_memory::Seats seats;  // done: has come to the gate
};

struct Program;

struct Run {
  const Program& program;
  const Options& options;
  Gate& gate;
  shared_memory::Seat& own;
};

// The steps in which variants differ.
struct Program {
  // Comes back when everybody has come: 0, kGivenUp, or an errno.
  int (*meet)(const Run& run);
  // What the owner does when all is over.
  void (*clean_up)(const Run& run) = nullptr;
};

// --- pthread_barrier_wait(3p): without a time limit, and never told of a death

inline int meet_at_barrier(const Run& run) {
  const int error = pthread_barrier_wait(&run.gate.barrier);
  return error == PTHREAD_BARRIER_SERIAL_THREAD ? 0 : error;
}

inline Program barrier_program() { return {.meet = meet_at_barrier}; }

// --- with a time limit, after which it looks after the others

// The count is whole after each store, so there is nothing to repair.
inline int taken(Meeting& meeting, int error) {
  if (error == EOWNERDEAD) pthread_mutex_consistent(&meeting.mutex);
  return error == EOWNERDEAD ? 0 : error;
}

inline int wait_for_a_while(const Run& run) {
  Meeting& meeting = run.gate.meeting;
  const timespec deadline = shared_memory::from_now(run.options.patience_ms);
  return taken(meeting, pthread_cond_clockwait(&meeting.everybody_is_here, &meeting.mutex, CLOCK_MONOTONIC,
                                               &deadline));
}

// Who came and died here is counted, and nobody misses it.
inline int wait_for_the_others(const Run& run) {
  Meeting& meeting = run.gate.meeting;
  while (meeting.arrived < run.options.participants) {
    const int error = wait_for_a_while(run);
    if (error != 0 && error != ETIMEDOUT) return error;
    if (error == 0) continue;
    HARNESS_PROBE("gate.timed-out");
    if (shared_memory::has_anybody_died(run.gate.seats)) return shared_memory::kGivenUp;
  }
  return 0;
}

inline int meet_with_limit(const Run& run) {
  Meeting& meeting = run.gate.meeting;
  if (const int error = taken(meeting, pthread_mutex_lock(&meeting.mutex)); error != 0) return error;
  run.own.is_done.store(1);
  if (++meeting.arrived == run.options.participants) pthread_cond_broadcast(&meeting.everybody_is_here);
  const int error = wait_for_the_others(run);
  pthread_mutex_unlock(&meeting.mutex);
  return error;
}

inline Program limited_program() { return {.meet = meet_with_limit}; }

// --- making it

inline void make_meeting(Meeting& meeting) {
  pthread_mutexattr_t mutex;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&mutex, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&meeting.mutex, &mutex);
  pthread_mutexattr_destroy(&mutex);
  pthread_condattr_t condition;
  pthread_condattr_init(&condition);
  pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&meeting.everybody_is_here, &condition);
  pthread_condattr_destroy(&condition);
}

inline void make_barrier(pthread_barrier_t& barrier, int participants) {
  pthread_barrierattr_t attributes;
  pthread_barrierattr_init(&attributes);
  pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&barrier, &attributes, static_cast<unsigned>(participants));
  pthread_barrierattr_destroy(&attributes);
}

inline Gate* make_or_open(const Options& options) {
  if (!shared_memory::is_owner(options))
    return static_cast<Gate*>(shared_memory::open_shared(options.name, sizeof(Gate)));
  auto* gate = static_cast<Gate*>(shared_memory::create_shared(options.name, sizeof(Gate)));
  if (gate == nullptr) return nullptr;
  make_meeting(gate->meeting);
  make_barrier(gate->barrier, options.participants);
  shared_memory::publish(gate->header);
  return gate;
}

inline int pass(const Run& run) {
  HARNESS_PROBE("gate.wanted");
  harness_invoke("pass", 0);
  const int error = run.program.meet(run);
  if (error != 0) harness_fail("pass", 0, error);
  if (error == shared_memory::kGivenUp) return 3;
  if (error != 0) return 1;
  harness_ok("pass", 0, 0);
  HARNESS_PROBE("gate.passed");
  if (run.program.clean_up != nullptr && shared_memory::is_owner(run.options)) run.program.clean_up(run);
  return 0;
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  Options options;
  if (!shared_memory::read_options(argc, argv, options)) return 2;
  Gate* gate = make_or_open(options);
  if (gate == nullptr) return 2;
  shared_memory::Seat* own = shared_memory::take_seat(gate->seats);
  if (own == nullptr) return 2;
  shared_memory::attach(gate->header, options.name, static_cast<uint32_t>(options.participants));
  return pass(Run{program, options, *gate, *own});
}

}  // namespace gate

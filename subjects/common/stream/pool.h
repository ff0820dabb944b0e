// A reader with several threads. Either each of them reads the link itself, and the kernel wakes all of them
// at the end; or one of them reads and hands over, and has to wake the others itself.
#pragma once

#include <pthread.h>

#include "program.h"

namespace streams {

constexpr int kThreads = 5;

// One thread reads at a time; the others wait for their turn.
struct Pool {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
  bool is_taken = false;
  bool has_ended = false;
  int (*wake)(pthread_cond_t* turn) = pthread_cond_broadcast;
  Run* run = nullptr;
};

inline bool take_turn(Pool& pool) {
  pthread_mutex_lock(&pool.mutex);
  while (pool.is_taken && !pool.has_ended) pthread_cond_wait(&pool.turn, &pool.mutex);
  const bool is_mine = !pool.has_ended;
  if (is_mine) pool.is_taken = true;
  pthread_mutex_unlock(&pool.mutex);
  return is_mine;
}

// After a record another one may read; at the end nobody has to wait any more.
inline void give_turn(Pool& pool, bool has_ended) {
  pthread_mutex_lock(&pool.mutex);
  pool.is_taken = false;
  pool.has_ended = has_ended;
  has_ended ? pool.wake(&pool.turn) : pthread_cond_signal(&pool.turn);
  pthread_mutex_unlock(&pool.mutex);
}

// One whole frame, or false at the end of the stream.
inline bool receive_one(Run& run) {
  static unsigned char frame[kFrameMax];
  const size_t size = sizeof(Header) + static_cast<size_t>(run.options.size);
  for (size_t so_far = 0; so_far < size;) {
    const ssize_t count = read_some(run, frame + so_far, size - so_far);
    if (count <= 0) return false;
    so_far += static_cast<size_t>(count);
  }
  deliver(run.program.framing.parse(frame, size));
  return true;
}

inline void* work_in_turns(void* argument) {
  Pool& pool = *static_cast<Pool*>(argument);
  while (take_turn(pool)) {
    const bool is_there = receive_one(*pool.run);
    if (!is_there) tell_end(true);
    give_turn(pool, !is_there);
  }
  return nullptr;
}

inline int receive_in_threads(Run& run, Pool& pool, void* (*work)(void*)) {
  pool.run = &run;
  pthread_t threads[kThreads];
  for (pthread_t& thread : threads) {
    if (pthread_create(&thread, nullptr, work, &pool) != 0) return kCannotReceive;
  }
  bool is_good = true;
  for (const pthread_t thread : threads) {
    void* trouble = nullptr;
    is_good = pthread_join(thread, &trouble) == 0 && trouble == nullptr && is_good;
  }
  return is_good ? kDone : kCannotReceive;
}

inline int receive_in_turns(Run& run) {
  static Pool pool;
  return receive_in_threads(run, pool, work_in_turns);
}

inline Program takes_turns_program() {
  Program program = records_program();
  program.receive_all = receive_in_turns;
  return program;
}

// --- mistake: whoever sees the end wakes one of the others

inline int receive_and_wake_one(Run& run) {
  static Pool pool{.wake = pthread_cond_signal};
  return receive_in_threads(run, pool, work_in_turns);
}

inline Program wakes_one_program() {
  Program program = records_program();
  program.receive_all = receive_and_wake_one;
  return program;
}

// --- every thread reads the link itself, and waits for the end: nothing is sent to it

inline void* wait_for_end(void* argument) {
  Run& run = *static_cast<Pool*>(argument)->run;
  unsigned char byte = 0;
  const ssize_t count = read_some(run, &byte, 1);
  return count == 0 ? nullptr : argument;
}

inline int receive_end_in_threads(Run& run) {
  static Pool pool;
  const int status = receive_in_threads(run, pool, wait_for_end);
  if (status == kDone) tell_end(true);
  return status;
}

inline Program all_wait_program() {
  Program program = records_program();
  program.receive_all = receive_end_in_threads;
  return program;
}

}  // namespace streams

// Waiting with an end to it.
#pragma once

#include <pthread.h>

#include <cerrno>
#include <ctime>

#include "program.h"
#include "thread_sanitizer.h"

namespace shm_mutex {

constexpr long kNanosecondsPerSecond = 1'000'000'000;

inline timespec from_now(int milliseconds) {
  timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  moment.tv_sec += milliseconds / 1000;
  moment.tv_nsec += milliseconds % 1000 * 1'000'000L;
  if (moment.tv_nsec >= kNanosecondsPerSecond) {
    moment.tv_nsec -= kNanosecondsPerSecond;
    ++moment.tv_sec;
  }
  return moment;
}

// pthread_mutex_timedlock() by the monotonic clock, which does not jump when somebody sets the time of day.
inline int lock_mutex_with_patience(const Run& run) {
  const timespec deadline = from_now(run.options.patience_ms);
  const int error = pthread_mutex_clocklock(&run.record.mutex, CLOCK_MONOTONIC, &deadline);
  if (error == 0 || error == EOWNERDEAD) tell_locked(&run.record.mutex);
  return error;
}

}  // namespace shm_mutex

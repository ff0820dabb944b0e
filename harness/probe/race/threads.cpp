// Threads: the order that their making and their end make.
#include <cerrno>
#include <cstdlib>

#include "probe/race/real.h"
#include "probe/race/runtime.h"

namespace race {

bool has_threads = false;

namespace {

struct Start {
  void* (*function)(void*);
  void* argument;
  Birth birth;
};

// Runs also when the thread is cancelled or calls pthread_exit(3).
void at_end(void*) { end_thread(); }

void* run_watched(void* given) {
  auto* start = static_cast<Start*>(given);
  void* (*function)(void*) = start->function;
  void* argument = start->argument;
  begin_from(start->birth, false);
  free(start);
  void* result = nullptr;
  pthread_cleanup_push(at_end, nullptr);
  result = function(argument);
  pthread_cleanup_pop(1);
  return result;
}

__thread void (*to_run_once)() = nullptr;
__thread pthread_once_t* once = nullptr;

void run_once() {
  pthread_once_t* control = once;
  to_run_once();
  release(key_of(control));
}

}  // namespace
}  // namespace race

RACE_API int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                   void* (*function)(void*), void* argument) {
  using namespace race;
  if (shadow == nullptr) return real::pthread_create(thread, attributes, function, argument);
  has_threads = true;
  auto* start = static_cast<Start*>(malloc(sizeof(Start)));
  if (start == nullptr) return EAGAIN;
  start->function = function;
  start->argument = argument;
  note_birth(start->birth);
  const int status = real::pthread_create(thread, attributes, run_watched, start);
  if (status != 0) free(start);
  return status;
}

RACE_API int __wrap_pthread_join(pthread_t thread, void** result) {
  const int status = race::real::pthread_join(thread, result);
  if (status == 0) race::acquire_thread(thread);
  return status;
}

RACE_API int __wrap_pthread_tryjoin_np(pthread_t thread, void** result) {
  const int status = race::real::pthread_tryjoin_np(thread, result);
  if (status == 0) race::acquire_thread(thread);
  return status;
}

RACE_API int __wrap_pthread_timedjoin_np(pthread_t thread, void** result, const struct timespec* until) {
  const int status = race::real::pthread_timedjoin_np(thread, result, until);
  if (status == 0) race::acquire_thread(thread);
  return status;
}

RACE_API int __wrap_pthread_once(pthread_once_t* control, void (*function)()) {
  if (race::shadow == nullptr) return race::real::pthread_once(control, function);
  race::to_run_once = function;
  race::once = control;
  const int status = race::real::pthread_once(control, race::run_once);
  race::acquire(race::key_of(control));
  return status;
}

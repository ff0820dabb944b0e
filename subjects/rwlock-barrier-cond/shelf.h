// Two fields that are equal whenever nobody writes, behind a reader-writer lock.
//
//     PROGRAM owner|reader|writer [--name /NAME] [--participants N] [--patience-ms N]
//
// The owner makes the shared object and is a reader. Exit status: 0 done, 1 the lock could not be taken, 2
// wrong usage or no shared object, 3 given up, since another one died.
#pragma once

#include <pthread.h>

#include "../common/memory/liveness.h"
#include "../common/memory/section.h"

namespace shelf {

using shared_memory::Options;

struct Shelf {
  shared_memory::SharedHeader header;
  pthread_rwlock_t lock;
  volatile int64_t first;
  volatile int64_t second;
  shared_memory::Seats seats;
};

struct Program;

struct Run {
  const Program& program;
  const Options& options;
  Shelf& shelf;
  shared_memory::Seat& own;
};

// The steps in which variants differ: 0, kGivenUp, or an errno when the lock was not taken.
struct Program {
  int (*lock_to_read)(const Run& run);
  int (*lock_to_write)(const Run& run);
};

using TimedLock = int (*)(pthread_rwlock_t* lock, clockid_t clock, const timespec* deadline);

inline int lock_for_a_while(const Run& run, TimedLock timed_lock) {
  const timespec deadline = shared_memory::from_now(run.options.patience_ms);
  return timed_lock(&run.shelf.lock, CLOCK_MONOTONIC, &deadline);
}

// The lock does not know its readers, so nobody can say what a dead one had: all give up.
template <TimedLock timed_lock>
int lock_and_look(const Run& run) {
  for (;;) {
    const int error = lock_for_a_while(run, timed_lock);
    if (error != ETIMEDOUT) return error;
    HARNESS_PROBE("wait.timed-out");
    if (shared_memory::has_anybody_died(run.shelf.seats)) return shared_memory::kGivenUp;
  }
}

inline Program watched_program() {
  return {.lock_to_read = lock_and_look<pthread_rwlock_clockrdlock>,
          .lock_to_write = lock_and_look<pthread_rwlock_clockwrlock>};
}

inline void tell(const char* name, int answer) {
  const int64_t value = answer;
  harness_observe(name, 1, &value);
}

// Tells what the lock still does for others.
inline void tell_what_is_left(const Run& run) {
  const int as_reader = pthread_rwlock_tryrdlock(&run.shelf.lock);
  tell("let-in-to-read", as_reader);
  if (as_reader == 0) pthread_rwlock_unlock(&run.shelf.lock);
  tell("let-in-to-write", lock_for_a_while(run, pthread_rwlock_clockwrlock));
}

inline int read_once(const Run& run) {
  HARNESS_PROBE("read.wanted");
  if (const int error = run.program.lock_to_read(run); error != 0) return error;
  int64_t fields[2] = {run.shelf.first, 0};
  HARNESS_PROBE("half-read");
  fields[1] = run.shelf.second;
  harness_observe("fields", 2, fields);
  pthread_rwlock_unlock(&run.shelf.lock);
  return 0;
}

inline int write_once(const Run& run) {
  HARNESS_PROBE("write.wanted");
  harness_invoke("write", 0);
  if (const int error = run.program.lock_to_write(run); error != 0) {
    harness_fail("write", 0, error);
    if (error == shared_memory::kGivenUp) tell_what_is_left(run);
    return error;
  }
  run.shelf.first = run.shelf.first + 1;
  HARNESS_PROBE("half-updated");
  run.shelf.second = run.shelf.second + 1;
  HARNESS_PROBE("updated");
  harness_ok("write", 0, run.shelf.first);
  pthread_rwlock_unlock(&run.shelf.lock);
  return 0;
}

inline void make_lock(pthread_rwlock_t& lock) {
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
  pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_rwlock_init(&lock, &attributes);
  pthread_rwlockattr_destroy(&attributes);
}

inline Shelf* make(const Options& options) {
  auto* shelf = static_cast<Shelf*>(shared_memory::create_shared(options.name, sizeof(Shelf)));
  if (shelf == nullptr) return nullptr;
  make_lock(shelf->lock);
  shared_memory::publish(shelf->header);
  return shelf;
}

inline bool read_shelf_options(int argc, char** argv, Options& options) {
  if (argc < 2) return false;
  const char* const role = argv[1];
  const bool is_writer = strcmp(role, "writer") == 0;
  if (!is_writer && strcmp(role, "reader") != 0) return shared_memory::read_options(argc, argv, options);
  static char waiter[] = "waiter";
  argv[1] = waiter;
  const bool is_read = shared_memory::read_options(argc, argv, options);
  options.role = role;
  return is_read;
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  Options options;
  if (!read_shelf_options(argc, argv, options)) return 2;
  void* memory = shared_memory::is_owner(options) ? make(options)
                                                  : shared_memory::open_shared(options.name, sizeof(Shelf));
  auto* shelf = static_cast<Shelf*>(memory);
  shared_memory::Seat* own = shelf == nullptr ? nullptr : shared_memory::take_seat(shelf->seats);
  if (own == nullptr) return 2;
  shared_memory::attach(shelf->header, options.name, static_cast<uint32_t>(options.participants));
  const Run run{program, options, *shelf, *own};
  const int error = strcmp(options.role, "writer") == 0 ? write_once(run) : read_once(run);
  own->is_done.store(1);
  if (error == shared_memory::kGivenUp) return 3;
  return error == 0 ? 0 : 1;
}

}  // namespace shelf

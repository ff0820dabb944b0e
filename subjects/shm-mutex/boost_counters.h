// Two counters in shared memory behind a mutex of Boost.Interprocess, as the library's own examples use them.
//
//     PROGRAM owner|worker /NAME LOGFILE PARTICIPANTS
//
// The same work as plain-c.c, with the same lines in the log. Exit status: 0 done, 2 wrong usage or nothing
// to work on, 3 the counters were found unequal. A program gives its `Lock`, a class that is made of the
// counters and the name, has a `mutex()`, and takes the mutex's name away by `remove(name)`.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/shared_memory_object.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/scoped_lock.hpp>

namespace bip = boost::interprocess;

constexpr int kRounds = 2;
constexpr int kOpenTries = 100'000;

// Equal counters, whenever nobody holds the mutex.
struct Shared {
  bip::interprocess_mutex mutex;
  std::atomic<int> attached{0};
  std::atomic<bool> is_ready{false};
  long begun = 0;
  long done = 0;
};

inline bip::mapped_region make(const char* name) {
  bip::shared_memory_object object(bip::create_only, name, bip::read_write);
  object.truncate(sizeof(Shared));
  bip::mapped_region region(object, bip::read_write);
  new (region.get_address()) Shared;
  return region;
}

// Throws, as `open_only` does, when there is nothing of that name or it has no size yet.
inline bip::mapped_region open_once(const char* name) {
  bip::shared_memory_object object(bip::open_only, name, bip::read_write);
  return bip::mapped_region(object, bip::read_write, 0, sizeof(Shared));
}

// The object may still be missing or empty when the owner has only just been started.
inline bip::mapped_region open_made(const char* name) {
  for (int tries = 1; tries < kOpenTries; ++tries) {
    try {
      return open_once(name);
    } catch (const bip::interprocess_exception&) {
      sched_yield();
    }
  }
  return open_once(name);
}

inline void say(int log, const char* what, long value) {
  char line[64];
  const int length = snprintf(line, sizeof line, "%d %s %ld\n", static_cast<int>(getpid()), what, value);
  if (write(log, line, static_cast<size_t>(length)) != length) exit(2);
}

template <class Mutex>
int make_update(Shared& shared, Mutex& mutex, int log) {
  long value = 0;
  {
    bip::scoped_lock<Mutex> held(mutex);
    if (shared.begun != shared.done) return 3;
    ++shared.begun;
    say(log, "begin", shared.begun);
    value = ++shared.done;
    say(log, "end", value);
  }
  say(log, "out", value);
  return 0;
}

template <class Lock>
int take_part(bool is_owner, const char* name, int log, int participants) {
  const bip::mapped_region region = is_owner ? make(name) : open_made(name);
  Shared& shared = *static_cast<Shared*>(region.get_address());
  while (!is_owner && !shared.is_ready) sched_yield();
  Lock lock(shared, name);
  if (is_owner) shared.is_ready = true;
  if (++shared.attached == participants) {
    bip::shared_memory_object::remove(name);
    Lock::remove(name);
  }
  for (int round = 0; round < kRounds; ++round) {
    const int status = make_update(shared, lock.mutex(), log);
    if (status != 0) return status;
  }
  return 0;
}

template <class Lock>
int run_counters(int argc, char** argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: %s owner|worker /NAME LOGFILE PARTICIPANTS\n", argv[0]);
    return 2;
  }
  const int log = open(argv[3], O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
  if (log < 0) return 2;
  try {
    return take_part<Lock>(strcmp(argv[1], "owner") == 0, argv[2], log, atoi(argv[4]));
  } catch (const bip::interprocess_exception& error) {
    fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 2;
  }
}

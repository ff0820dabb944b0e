// Participants that count in shared memory and guard the counter by a lock of some kind.
//
//     PROGRAM owner|waiter [--name /NAME] [--rounds N] [--participants N] [--patience-ms N]
//
// owner makes the shared object and then takes part; waiter opens it and takes part. To take part is to make
// `--rounds` (2) updates. Exit status: 0 done, 1 the lock could not be taken or let go, 2 wrong usage or no
// shared object, 3 given up, since another participant has died.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "probe/probe.h"
#include "shared_memory.h"

namespace shared_memory {

constexpr int64_t kLock = 0;     // the number of the one lock, in what is recorded
constexpr int64_t kCounter = 0;  // the number of the one counter
constexpr size_t kLockRoom = 1024;

// What an acquire() answers when it will never get the lock, because somebody died.
constexpr int kGivenUp = ESRCH;

struct Options {
  const char* role = "";
  const char* name = "/harness-section";
  int rounds = 2;
  int participants = 1;
  int patience_ms = 50;  // how long a timed wait lasts before its participant looks again
};

// What the participants share.
struct Shared {
  SharedHeader header;
  int64_t counter;
  alignas(64) unsigned char lock[kLockRoom];  // whatever the kind of lock needs
};

struct Section;

// One participant at work.
struct Run {
  const Section& section;
  const Options& options;
  Shared& shared;

  template <class Lock>
  Lock& lock() const {
    static_assert(sizeof(Lock) <= kLockRoom);
    return *reinterpret_cast<Lock*>(shared.lock);
  }
};

// The steps in which kinds of locks, and their mistakes, differ.
struct Section {
  // The owner makes the lock. False when it cannot.
  bool (*make)(const Run& run);
  // Takes the lock: 0, EOWNERDEAD (taken, from one that died), or an errno when it was not taken.
  int (*acquire)(const Run& run);
  // Lets it go: 0 or an errno.
  int (*release)(const Run& run);
  // Everybody says that it is there, and later that it has ended well.
  void (*come)(const Run& run) = nullptr;
  void (*leave)(const Run& run) = nullptr;
};

inline bool is_owner(const Options& options) { return strcmp(options.role, "owner") == 0; }

inline timespec from_now(int milliseconds) {
  timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  moment.tv_sec += milliseconds / 1000;
  moment.tv_nsec += milliseconds % 1000 * 1'000'000L;
  if (moment.tv_nsec >= 1'000'000'000) {
    moment.tv_nsec -= 1'000'000'000;
    ++moment.tv_sec;
  }
  return moment;
}

// Counts in two steps, so that whoever else is inside meanwhile shows.
inline void update(const Run& run) {
  volatile int64_t& counter = run.shared.counter;
  harness_invoke("update", kCounter);
  const int64_t value = counter + 1;
  HARNESS_PROBE("half-updated");
  counter = value;
  HARNESS_PROBE("updated");
  harness_ok("update", kCounter, value);
}

inline int take(const Run& run) {
  HARNESS_PROBE("lock.wanted");
  harness_invoke("lock", kLock);
  const int error = run.section.acquire(run);
  const bool is_taken = error == 0 || error == EOWNERDEAD;
  if (is_taken) harness_ok("lock", kLock, error);
  if (!is_taken) harness_fail("lock", kLock, error);
  if (is_taken) HARNESS_PROBE("lock.held");
  return is_taken ? 0 : error;
}

inline int let_go(const Run& run) {
  harness_invoke("unlock", kLock);
  const int error = run.section.release(run);
  if (error == 0) harness_ok("unlock", kLock, 0);
  if (error != 0) harness_fail("unlock", kLock, error);
  if (error == 0) HARNESS_PROBE("lock.released");
  return error;
}

inline int all_rounds(const Run& run) {
  for (int round = 0; round < run.options.rounds; ++round) {
    const int error = take(run);
    if (error != 0) return error == kGivenUp ? 3 : 1;
    update(run);
    if (let_go(run) != 0) return 1;
  }
  return 0;
}

// A signal that changes nothing but ends a wait: its handler has no SA_RESTART.
inline void on_signal(int) {
  const int saved_errno = errno;
  HARNESS_PROBE("signal.taken");
  errno = saved_errno;
}

inline void handle_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGUSR1, &action, nullptr);
}

// Reads `--key value` pairs; false when one is not understood.
inline bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const char* value = argv[i + 1];
    if (strcmp(argv[i], "--name") == 0) {
      options.name = value;
    } else if (strcmp(argv[i], "--rounds") == 0) {
      options.rounds = atoi(value);
    } else if (strcmp(argv[i], "--participants") == 0) {
      options.participants = atoi(value);
    } else if (strcmp(argv[i], "--patience-ms") == 0) {
      options.patience_ms = atoi(value);
    } else {
      return false;
    }
  }
  return is_owner(options) || strcmp(options.role, "waiter") == 0;
}

inline Shared* make_or_open(const Section& section, const Options& options) {
  if (!is_owner(options)) return static_cast<Shared*>(open_shared(options.name, sizeof(Shared)));
  auto* shared = static_cast<Shared*>(create_shared(options.name, sizeof(Shared)));
  if (shared == nullptr || !section.make(Run{section, options, *shared})) return nullptr;
  publish(shared->header);
  return shared;
}

// main() of every variant.
inline int run(const Section& section, int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) return 2;
  Shared* shared = make_or_open(section, options);
  if (shared == nullptr) return 2;
  const Run run{section, options, *shared};
  handle_signals();
  if (section.come != nullptr) section.come(run);
  attach(shared->header, options.name, static_cast<uint32_t>(options.participants));
  const int status = all_rounds(run);
  if (section.leave != nullptr) section.leave(run);
  return status;
}

}  // namespace shared_memory

// A participant from its command line to its end:  PROGRAM ROLE [--rounds N] [--participants N] [--name
// /NAME]
//                                                              [--patience-ms N]
// Roles: owner makes the shared object and then takes part; waiter takes part; finish ends at once.
// Exit status: 0 all rounds done, 1 the lock could not be taken or let go, 2 wrong usage or no shared object.
#pragma once

#include <pthread.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "../common/memory/shared_memory.h"
#include "probe/probe.h"
#include "program.h"
#include "record.h"
#include "ways_to_end.h"

namespace shm_mutex {

// Goes in, makes one update and goes out again.
inline bool one_round(const Run& run) {
  if (HARNESS_PROBE("end.thread")) return round_in_a_thread_that_ends_inside(run);
  if (!run.program.enter(run)) return false;
  observe_fields(run.record);
  HARNESS_PROBE("lock.held");
  end_inside_if_told(run, one_round);
  return run.program.work_inside(run) && run.program.update_and_leave(run);
}

inline int all_rounds(const Run& run) {
  for (int round = 0; round < run.options.rounds; ++round) {
    if (!one_round(run)) return 1;
  }
  run.program.clean_up(run);
  return 0;
}

inline void make_mutex(const Program& program, Record& record) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  program.choose_mutex(&attributes);
  pthread_mutex_init(&record.mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
}

// Its deadlines are on the monotonic clock: they must not move when somebody sets the time of day.
inline void make_condition(Record& record) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&record.owner_is_done, &attributes);
  pthread_condattr_destroy(&attributes);
}

inline Record* make_record(const Program& program, const Options& options) {
  auto* record = static_cast<Record*>(create_shared(options.name, sizeof(Record)));
  if (record == nullptr) return nullptr;
  make_mutex(program, *record);
  make_condition(*record);
  publish(record->header);
  return record;
}

inline Record* open_record(const Options& options) {
  return static_cast<Record*>(open_shared(options.name, sizeof(Record)));
}

inline bool is_owner(const Options& options) { return strcmp(options.role, "owner") == 0; }

// Reads `--key value` pairs; false when one is not understood.
inline bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const char* value = argv[i + 1];
    if (strcmp(argv[i], "--rounds") == 0) {
      options.rounds = atoi(value);
    } else if (strcmp(argv[i], "--participants") == 0) {
      options.participants = atoi(value);
    } else if (strcmp(argv[i], "--name") == 0) {
      options.name = value;
    } else if (strcmp(argv[i], "--patience-ms") == 0) {
      options.patience_ms = atoi(value);
    } else {
      return false;
    }
  }
  return is_owner(options) || strcmp(options.role, "waiter") == 0 || strcmp(options.role, "finish") == 0;
}

// For the few things that are said to people: no printf, so that starting stays as cheap as it can be.
inline int complain(const char* text) {
  const ssize_t written = write(STDERR_FILENO, text, strlen(text));
  return written < 0 ? 3 : 2;
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) {
    return complain(
        "usage: owner|waiter|finish [--rounds N] [--participants N] [--name /NAME] [--patience-ms N]\n");
  }
  if (strcmp(options.role, "finish") == 0) return 0;
  Record* record = is_owner(options) ? make_record(program, options) : open_record(options);
  if (record == nullptr) return complain("the shared memory object cannot be made or opened\n");
  attach(record->header, options.name, static_cast<uint32_t>(options.participants));
  return all_rounds(Run{program, options, *record});
}

}  // namespace shm_mutex

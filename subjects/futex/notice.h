// An event word: a version in shared memory that one process raises, and for which the others sleep.
//
//     PROGRAM announcer|listener [--name /NAME] [--versions N] [--listeners N]
//
// The announcer makes the shared object. Exit status: 0 the last version was announced or seen, 2 wrong usage
// or no shared object, 4 news was told where there is none.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "../common/memory/shared_memory.h"
#include "futex.h"

namespace notice {

using futexes::Word;

struct Board {
  shared_memory::SharedHeader header;
  Word version;
  Word sleepers;   // how many say that they sleep: one that is killed says so for ever
  Word confirmed;  // how often a sleeper has said that it was woken
};

struct Options {
  const char* role = "";
  const char* name = "/harness-notice";
  uint32_t versions = 3;
  uint32_t listeners = 1;
};

struct Program;

struct Run {
  const Program& program;
  const Options& options;
  Board* board;
};

// The steps in which variants differ.
struct Program {
  // Sleeps while the version is the one that was seen.
  void (*sleep_on)(const Run& run, uint32_t seen);
  // The version, once it is no more the one that was seen.
  uint32_t (*next_version)(const Run& run, uint32_t seen);
  // Raises the version and wakes whoever sleeps for it.
  void (*announce)(const Run& run);
  // How many it has woken.
  long (*wake_all)(const Run& run);
  // The listener's mapping of the object, given the usual one. nullptr when it cannot be made.
  Board* (*map)(const Options& options, Board* board) = nullptr;
};

// The kernel compares once more, under its own lock: a version that was raised meanwhile ends the wait at
// once.
inline void sleep_on_seen(const Run& run, uint32_t seen) { futexes::wait(run.board->version, seen); }

inline uint32_t wait_for_change(const Run& run, uint32_t seen) {
  uint32_t version = run.board->version.load();
  while (version == seen) {
    HARNESS_PROBE("version.old");
    run.program.sleep_on(run, seen);
    version = run.board->version.load();
  }
  return version;
}

inline long wake_everybody(const Run& run) { return futexes::wake(run.board->version, INT_MAX); }

inline void raise_then_wake(const Run& run) {
  run.board->version.fetch_add(1);
  HARNESS_PROBE("version.half-announced");
  futexes::tell_answer("woken", run.program.wake_all(run));
}

inline Program notice_program() {
  return {.sleep_on = sleep_on_seen,
          .next_version = wait_for_change,
          .announce = raise_then_wake,
          .wake_all = wake_everybody};
}

// --- with a count of those who sleep

inline void sleep_counted(const Run& run, uint32_t seen) {
  run.board->sleepers.fetch_add(1);
  futexes::wait(run.board->version, seen);
  run.board->sleepers.fetch_sub(1);
}

// A count that is too high costs a call that wakes nobody.
inline long wake_if_counted(const Run& run) {
  return run.board->sleepers.load() == 0 ? 0 : wake_everybody(run);
}

inline Program counting_program() {
  Program program = notice_program();
  program.sleep_on = sleep_counted;
  program.wake_all = wake_if_counted;
  return program;
}

// --- the two roles

inline int announce_all(const Run& run) {
  for (uint32_t version = 1; version <= run.options.versions; ++version) {
    HARNESS_PROBE("version.wanted");
    run.program.announce(run);
    HARNESS_PROBE("version.announced");
  }
  return 0;
}

inline int listen_for_all(const Run& run) {
  for (uint32_t seen = 0; seen < run.options.versions;) {
    const uint32_t version = run.program.next_version(run, seen);
    if (version == seen) return 4;
    seen = version;
    HARNESS_PROBE("version.seen");
  }
  return 0;
}

// A signal that changes nothing but ends a wait: its handler has no SA_RESTART.
inline void on_signal(int) {}

inline void handle_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGUSR1, &action, nullptr);
}

inline bool is_announcer(const Options& options) { return strcmp(options.role, "announcer") == 0; }

inline bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const char* value = argv[i + 1];
    if (strcmp(argv[i], "--name") == 0) {
      options.name = value;
    } else if (strcmp(argv[i], "--versions") == 0) {
      options.versions = static_cast<uint32_t>(atoi(value));
    } else if (strcmp(argv[i], "--listeners") == 0) {
      options.listeners = static_cast<uint32_t>(atoi(value));
    } else {
      return false;
    }
  }
  return is_announcer(options) || strcmp(options.role, "listener") == 0;
}

inline Board* make_or_open(const Program& program, const Options& options) {
  if (is_announcer(options)) {
    auto* board = static_cast<Board*>(shared_memory::create_shared(options.name, sizeof(Board)));
    if (board != nullptr) shared_memory::publish(board->header);
    return board;
  }
  auto* board = static_cast<Board*>(shared_memory::open_shared(options.name, sizeof(Board)));
  return board == nullptr || program.map == nullptr ? board : program.map(options, board);
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) return 2;
  handle_signals();
  Board* board = make_or_open(program, options);
  if (board == nullptr) return 2;
  if (is_announcer(options)) futexes::tell_answers();
  const Run run{program, options, board};
  shared_memory::attach(board->header, options.name, options.listeners + 1);
  HARNESS_PROBE("board.ready");
  return is_announcer(options) ? announce_all(run) : listen_for_all(run);
}

}  // namespace notice

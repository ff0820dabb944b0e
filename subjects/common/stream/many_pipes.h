// A program of an ordinary user that has many pipes already, so that each new one is small (pipe(7),
// pipe-user-pages-soft).
#pragma once

#include <sys/random.h>
#include <unistd.h>

#include "room.h"

namespace streams {

constexpr int kPipesMax = 300;
constexpr int kLargest = 1 << 20;  // what an ordinary user may ask for at most (pipe-max-size)

// A user that nobody else is, so that the pipes of no other process count.
inline bool become_nobody() {
  uid_t user = 0;
  if (getrandom(&user, sizeof(user), 0) != sizeof(user)) return false;
  user = 0x40000000 | (user & 0x0fffffff);
  return setresuid(user, user, user) == 0;
}

// Makes pipes larger until no more room is granted. They stay open until the program ends.
inline bool use_up_pages() {
  for (int i = 0; i < kPipesMax; ++i) {
    const OwnLink link = own_pipe();
    if (!link.is_open()) return false;
    if (fcntl(link.write_end, F_SETPIPE_SZ, kLargest) < 0) return errno == EPERM;
  }
  return false;
}

inline bool look_at_small_pipe() {
  const OwnLink link = own_pipe();
  if (!link.is_open()) return false;
  const auto size = static_cast<size_t>(fcntl(link.write_end, F_GETPIPE_SZ));
  tell("pages-of-new-pipe", static_cast<int64_t>(size / page()));
  tell("growing-it", fcntl(link.write_end, F_SETPIPE_SZ, 16 * page()) < 0 ? errno : 0);
  close(link.read_end);
  close(link.write_end);
  return true;
}

inline bool have_many_pipes(Run& run) {
  return !is_writer(run.options) || (become_nobody() && use_up_pages() && look_at_small_pipe());
}

inline Program many_pipes_program() {
  Program program = spools_program();
  program.prepare = have_many_pipes;
  return program;
}

// Mistake: counts on 64 KiB in every pipe.
inline bool have_many_pipes_and_block(Run& run) { return have_many_pipes(run) && let_spool_block(run); }

inline Program counts_on_64k_program() {
  Program program = many_pipes_program();
  program.prepare = have_many_pipes_and_block;
  return program;
}

}  // namespace streams

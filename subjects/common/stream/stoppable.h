// A reader that a signal tells to stop. It ends with what it has, and takes nothing more from the link.
#pragma once

#include "restarting.h"

namespace streams {

inline volatile sig_atomic_t is_told_to_stop = 0;

inline void stop_soon(int signal) {
  is_told_to_stop = 1;
  take_note(signal);
}

inline bool listen_to_stop(int flags) {
  struct sigaction action {};
  action.sa_handler = stop_soon;
  action.sa_flags = flags;
  return signal(SIGPIPE, SIG_IGN) != SIG_ERR && sigaction(SIGUSR1, &action, nullptr) == 0;
}

// Tells at the end whether anything was read after the word to stop.
inline int receive_until_told(Run& run) {
  static unsigned char bytes[kFrameMax + kReadAtOnce];
  Inbox inbox{.bytes = bytes};
  int64_t is_late = 0;
  for (;;) {
    const ssize_t count = run.program.read_some(run, bytes + inbox.count, kReadAtOnce);
    if (count == -ECANCELED || count == 0) {
      tell("late", is_late);
      return count == 0 ? run.program.finish_receiving(run, bytes, inbox.count) : kDone;
    }
    if (count < 0) return fail_receiving(count);
    is_late |= is_told_to_stop;
    inbox.count += static_cast<size_t>(count);
    take_records(run, inbox);
    if (inbox.is_broken) return kBadRecord;
  }
}

// The signal is let in during the wait only: so it cannot come between the look and the wait (pselect(2)).
inline bool let_in_while_waiting(Run&) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGUSR1);
  return sigprocmask(SIG_BLOCK, &stop, nullptr) == 0 && listen_to_stop(0);
}

inline ssize_t read_unless_told(Run& run, unsigned char* bytes, size_t room) {
  sigset_t all_in;
  sigemptyset(&all_in);
  while (is_told_to_stop == 0) {
    pollfd waiting{.fd = run.fd, .events = POLLIN, .revents = 0};
    if (ppoll(&waiting, 1, nullptr, &all_in) > 0) return read_some(run, bytes, room);
  }
  return -ECANCELED;
}

inline Program stoppable_program() {
  Program program = records_program();
  program.begin = let_in_while_waiting;
  program.read_some = read_unless_told;
  program.receive_all = receive_until_told;
  return program;
}

// --- mistake: looks at the flag when a read says EINTR, which SA_RESTART keeps from happening

inline bool listen_and_restart(Run&) { return listen_to_stop(SA_RESTART); }

inline ssize_t read_until_eintr(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    const ssize_t count = read(run.fd, bytes, room);
    if (count >= 0) return count;
    if (errno != EINTR) return -errno;
    if (is_told_to_stop != 0) return -ECANCELED;
  }
}

inline Program waits_for_eintr_program() {
  Program program = stoppable_program();
  program.begin = listen_and_restart;
  program.read_some = read_until_eintr;
  return program;
}

}  // namespace streams

// A receiver that is notified (mq_notify(3)): by a signal, which a signalfd takes. A notification is for one
// message that comes to an empty queue; so it is asked for again first, and then the queue is emptied.
#pragma once

#include <sys/signalfd.h>

#include "transport.h"

namespace queue_link {

constexpr int kNotice = SIGUSR2;

inline bool ask_for_notice(const Run& run) {
  sigevent how{};
  how.sigev_notify = SIGEV_SIGNAL;
  how.sigev_signo = kNotice;
  const bool is_asked = mq_notify(run.queue, &how) == 0 || errno == EBUSY;
  HARNESS_PROBE("notice.wanted");
  return is_asked;
}

inline bool set_up_notices(Run& run) {
  if (messages::is_sender(run.options)) return true;
  HARNESS_NEEDS("mq-notify");
  sigset_t notices;
  sigemptyset(&notices);
  sigaddset(&notices, kNotice);
  run.signals = signalfd(-1, &notices, SFD_CLOEXEC | SFD_NONBLOCK);
  return run.signals >= 0 && sigprocmask(SIG_BLOCK, &notices, nullptr) == 0 && ask_for_notice(run);
}

// True when a notification has come; also when somebody has ended.
inline bool wait_for_notice(Run& run) {
  pollfd waiting[messages::kWaitedMax] = {{.fd = run.signals, .events = POLLIN, .revents = 0}};
  if (!messages::poll_with_peers(run, waiting, 1)) return false;
  signalfd_siginfo notice{};
  if (waiting[0].revents == 0 || read(run.signals, &notice, sizeof(notice)) < 0) return false;
  HARNESS_PROBE("notice.taken");
  return true;
}

inline void ask_then_empty(Run& run, short events) {
  if (events == POLLOUT) return messages::wait_by_poll(run, events);
  if (wait_for_notice(run)) ask_for_notice(run);
}

inline messages::Program notified_program() {
  messages::Program program = messages::nonblocking_program();
  program.prepare = set_up_notices;
  program.wait = ask_then_empty;
  return program;
}

// --- mistakes

// Waits for the next notice without asking for it again: it never comes.
inline void wait_once_asked(Run& run, short events) {
  if (events == POLLOUT) return messages::wait_by_poll(run, events);
  wait_for_notice(run);
}

inline messages::Program never_asks_again_program() {
  messages::Program program = notified_program();
  program.wait = wait_once_asked;
  return program;
}

// Empties the queue, and then asks again: what comes in between is told by nobody.
inline void empty_then_ask(Run& run, short events) {
  static bool is_asked = true;
  if (events == POLLOUT) return messages::wait_by_poll(run, events);
  if (!is_asked) {
    HARNESS_PROBE("queue.emptied");
    ask_for_notice(run);
  }
  is_asked = !wait_for_notice(run);
}

inline messages::Program asks_too_late_program() {
  messages::Program program = notified_program();
  program.wait = empty_then_ask;
  return program;
}

// Takes one message for each notice.
inline ssize_t receive_one_for_a_notice(Run& run, Incoming& incoming) {
  static bool is_noticed = false;
  for (;;) {
    if (is_noticed) {
      is_noticed = false;
      return messages::receive_message(run, incoming);
    }
    if (!wait_for_notice(run)) continue;
    is_noticed = true;
    ask_for_notice(run);
  }
}

inline messages::Program takes_one_program() {
  messages::Program program = notified_program();
  program.receive_message = receive_one_for_a_notice;
  return program;
}

}  // namespace queue_link

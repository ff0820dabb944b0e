// A notified receiver, and a helper that waits in mq_receive for one message of the same queue. The kernel
// hands the message to whoever waits in the call and tells the notified one nothing (mq_notify(3)).
#pragma once

#include "notified.h"

namespace queue_link {

// --- the helper

// The registration is the receiver's still: nobody else gets one.
inline void tell_registration(const Run& run) {
  sigevent how{};
  how.sigev_notify = SIGEV_NONE;
  const int64_t error = mq_notify(run.queue, &how) == 0 ? 0 : errno;
  harness_observe("asked-by-another", 1, &error);
}

inline int help_with_one(Run& run) {
  static unsigned char bytes[messages::kMessageMax];
  run.queue = mq_open(run.options.name, O_RDONLY | O_CLOEXEC);
  if (run.queue < 0) return messages::kNotOpened;
  HARNESS_PROBE("helper.ready");
  Incoming incoming{.bytes = bytes, .room = messages::kMessageMax};
  ssize_t count = -EINTR;
  while (count == -EINTR) count = queue_link::receive(run, incoming);
  if (count < 0) return messages::fail_receiving(count);
  tell_registration(run);
  run.program.take(run, incoming, static_cast<size_t>(count));
  return messages::kDone;
}

// --- the receiver

// Tells of the first notice which message it found, to show for which one it came.
inline bool take_and_tell(Run& run, const Incoming& incoming, size_t count) {
  static bool is_first = true;
  const int64_t id = messages::id_of(incoming.bytes, count);
  if (is_first && !messages::is_helper(run.options)) harness_observe("first-noticed", 1, &id);
  is_first = false;
  return messages::take(run, incoming, count);
}

inline messages::Program beside_another_program() {
  messages::Program program = notified_program();
  program.take = take_and_tell;
  program.help = help_with_one;
  return program;
}

// --- mistake: thinks that each message that is sent is announced to it, and waits for as many

inline void wait_for_notices_alone(Run& run, short events) {
  if (events == POLLOUT) return messages::wait_by_poll(run, events);
  pollfd waiting{.fd = run.signals, .events = POLLIN, .revents = 0};
  signalfd_siginfo notice{};
  if (ppoll(&waiting, 1, nullptr, nullptr) != 1 || read(run.signals, &notice, sizeof(notice)) < 0) return;
  HARNESS_PROBE("notice.taken");
  ask_for_notice(run);
}

inline ssize_t receive_as_many_as_sent(Run& run, Incoming& incoming) {
  static int missing = run.options.messages;
  if (missing-- == 0) return messages::kNobodyLeft;
  for (;;) {
    const ssize_t count = queue_link::receive(run, incoming);
    if (count >= 0 || (count != -EAGAIN && count != -EINTR)) return count;
    HARNESS_PROBE("queue.empty");
    run.program.wait(run, POLLIN);
  }
}

inline messages::Program counts_on_notices_program() {
  messages::Program program = beside_another_program();
  program.receive_message = receive_as_many_as_sent;
  program.wait = wait_for_notices_alone;
  return program;
}

}  // namespace queue_link

// Mistakes of receivers, one program each.
#pragma once

#include "readiness.h"

namespace messages {

// --- takes a message without a byte for the end

inline bool take_until_empty(Run& run, const Incoming& incoming, size_t count) {
  return count > 0 && take(run, incoming, count);
}

inline Program empty_is_end_program() {
  Program program = nonblocking_program();
  program.take = take_until_empty;
  return program;
}

// --- waits for what its senders said that they would send, and not for their end

inline void wait_for_messages_alone(Run& run, short events) {
  if (events == POLLOUT) return wait_by_poll(run, events);
  pollfd waiting[kWaitedMax];
  const int count = run.transport.descriptors(run, waiting, events);
  ppoll(waiting, static_cast<nfds_t>(count), nullptr, nullptr);
}

inline Program waits_for_more_program() {
  Program program = nonblocking_program();
  program.wait = wait_for_messages_alone;
  return program;
}

// --- does not look whether what came is whole

inline bool take_whatever_comes(Run&, const Incoming& incoming, size_t count) {
  HARNESS_PROBE("message.taken");
  tell_received(id_of(incoming.bytes, count), count);
  return true;
}

inline Program delivers_truncated_program() {
  Program program = nonblocking_program();
  program.take = take_whatever_comes;
  return program;
}

}  // namespace messages

// Mistakes with event counters.
#pragma once

#include "../common/message/receiver_mistakes.h"
#include "transport.h"

namespace bell_link {

using messages::Transport;

// --- takes one read for one event, though one read takes all that there were

inline ssize_t receive_one_a_ring(Run& run, Incoming& incoming) {
  return listen_to_bell() == 0 ? -EAGAIN : read_job(run, incoming);
}

inline Transport read_is_event_transport() {
  Transport hasty = transport();
  hasty.receive = receive_one_a_ring;
  return hasty;
}

// --- believes the counter: as many jobs as it says, and no more

inline ssize_t receive_as_counted(Run& run, Incoming& incoming) {
  static uint64_t owed = 0;
  if (owed == 0) owed = listen_to_bell();
  if (owed == 0) return -EAGAIN;
  --owed;
  return read_job(run, incoming);
}

inline Transport counts_jobs_transport() {
  Transport trusting = transport();
  trusting.receive = receive_as_counted;
  return trusting;
}

// --- takes a counter that is full for a failure

inline int send_or_fail(Run& run, const unsigned char* bytes, size_t count, unsigned) {
  if (!append_job(run, bytes, count)) return errno;
  const int error = ring(run);
  return error == EAGAIN ? EIO : error;
}

inline Transport full_is_error_transport() {
  Transport strict = transport();
  strict.send = send_or_fail;
  return strict;
}

// --- rings by a call that blocks while the counter is full

inline int send_and_wait(Run& run, const unsigned char* bytes, size_t count, unsigned) {
  fcntl(kBell, F_SETFL, fcntl(kBell, F_GETFL) & ~O_NONBLOCK);
  return append_job(run, bytes, count) ? ring(run) : errno;
}

inline Transport rings_blocking_transport() {
  Transport patient = transport();
  patient.send = send_and_wait;
  return patient;
}

}  // namespace bell_link

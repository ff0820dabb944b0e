// Mistakes with System V message queues.
#pragma once

#include "../common/message/sender_mistakes.h"
#include "transport.h"

namespace sysv_link {

using messages::Program;
using messages::Transport;

// --- asks without blocking, and takes a full queue for a broken one or for one that has sent

inline int send_now(Run& run, const unsigned char* bytes, size_t count, unsigned urgency) {
  return send_by(run, bytes, count, urgency, IPC_NOWAIT);
}

inline Transport never_blocking_transport() {
  Transport hasty = transport();
  hasty.send = send_now;
  return hasty;
}

inline Program full_is_error_program() {
  Program careless = program();
  careless.send_message = messages::send_once;
  return careless;
}

inline Program drops_when_full_program() {
  Program careless = program();
  careless.send_message = messages::send_or_drop;
  return careless;
}

// --- watches nobody: waits for room for ever

inline Program waits_for_ever_program() {
  Program trusting = program();
  trusting.prepare = messages::nothing_to_prepare;
  return trusting;
}

// --- ends when the receiver has ended, and leaves the queue

inline void* end_when_receiver_ends(void* argument) {
  wait_for_end_of(static_cast<Watch*>(argument)->what);
  _exit(messages::kCannotSend);
}

inline bool end_with_receiver(Run& run) {
  return !messages::is_sender(run.options) ||
         start_watch(run.receiver.pid, run.queue, end_when_receiver_ends) == 0;
}

inline Program leaves_orphan_program() {
  Program careless = program();
  careless.prepare = end_with_receiver;
  return careless;
}

// --- does not see that its senders have ended, and waits for more

inline ssize_t receive_without_end(Run& run, Incoming& incoming) {
  ssize_t count = -EINTR;
  long type = 0;
  while (count == -EINTR) count = receive_whole(run, incoming, type);
  return count;
}

inline Program waits_for_more_program() {
  Program trusting = program();
  trusting.receive_message = receive_without_end;
  return trusting;
}

// --- too little room: lets the kernel cut the message "to be safe" (MSG_NOERROR), or gives up

inline ssize_t receive_with(Run& run, Incoming& incoming, int flags) {
  for (;;) {
    if (const int error = watch_new_senders(run); error != 0) return -error;
    long type = 0;
    const ssize_t count = receive_by(run, incoming, type, flags);
    if (count == -EINTR || (count >= 0 && type == kNewsNote)) continue;
    if (count < 0 || type != kEndNote) return count;
    if (++run.ended_count == run.options.senders) return kNobodyLeft;
  }
}

inline ssize_t receive_cut(Run& run, Incoming& incoming) { return receive_with(run, incoming, MSG_NOERROR); }
inline ssize_t receive_or_fail(Run& run, Incoming& incoming) { return receive_with(run, incoming, 0); }

inline bool take_whatever_comes(Run&, const Incoming& incoming, size_t count) {
  messages::tell_received(messages::id_of(incoming.bytes, count), count);
  return true;
}

inline Program cuts_messages_program() {
  Program careless = program();
  careless.receive_message = receive_cut;
  careless.take = take_whatever_comes;
  return careless;
}

inline Program too_large_is_error_program() {
  Program stiff = program();
  stiff.receive_message = receive_or_fail;
  return stiff;
}

// --- asks a removed queue again and again

inline ssize_t receive_whatever_happens(Run& run, Incoming& incoming) {
  for (;;) {
    const ssize_t count = sysv_link::receive_message(run, incoming);
    if (count >= 0 || count == kNobodyLeft) return count;
    HARNESS_PROBE("queue.gone");
  }
}

inline Program retries_removed_program() {
  Program stubborn = program();
  stubborn.receive_message = receive_whatever_happens;
  return stubborn;
}

// --- takes the oldest message and not the most urgent: type 0 is the first of any

inline ssize_t receive_oldest(Run& run, Incoming& incoming) {
  static Envelope envelope;
  for (;;) {
    if (const int error = watch_new_senders(run); error != 0) return -error;
    harness_observe("looking", 0, nullptr);
    const ssize_t count = msgrcv(run.queue, &envelope, incoming.room, 0, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -errno;
    if (envelope.type == kEndNote && ++run.ended_count == run.options.senders) return kNobodyLeft;
    if (envelope.type == kEndNote || envelope.type == kNewsNote) continue;
    memcpy(incoming.bytes, envelope.bytes, static_cast<size_t>(count));
    return count;
  }
}

inline Program takes_oldest_program() {
  Program fair = program();
  fair.receive_message = receive_oldest;
  return fair;
}

// --- an interrupted call

inline Program eintr_is_error_program() {
  Program hasty = program();
  hasty.send_message = messages::send_once;
  return hasty;
}

inline Program eintr_is_sent_program() {
  Program hasty = program();
  hasty.send_message = messages::send_until_interrupted;
  return hasty;
}

}  // namespace sysv_link

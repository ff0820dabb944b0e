// Mistakes that only POSIX queues let one make.
#pragma once

#include "timed.h"

namespace queue_link {

using messages::Program;
using messages::Transport;

// --- gives urgent messages the lowest number, as with nice(2); the highest comes first (mq_send(3))

inline unsigned most_urgent_is_lowest(unsigned urgency) { return 9 - urgency; }

inline Program urgent_is_low_program() {
  Program program = messages::nonblocking_program();
  program.priority_of = most_urgent_is_lowest;
  return program;
}

// --- has room for the messages that it expects, and not for the queue's largest

inline ssize_t receive_into_little(Run& run, Incoming& incoming) {
  const ssize_t count =
      mq_receive(run.queue, reinterpret_cast<char*>(incoming.bytes), incoming.room, nullptr);
  return count < 0 ? -errno : count;
}

inline Transport little_room_transport() {
  Transport little = transport();
  little.receive = receive_into_little;
  return little;
}

// --- gives the time to wait as the deadline: a moment long past

inline int send_with_span(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  const timespec span{.tv_sec = 5, .tv_nsec = 0};
  if (mq_timedsend(run.queue, reinterpret_cast<const char*>(bytes), count, priority, &span) == 0) return 0;
  return errno;
}

inline Transport relative_deadline_transport() {
  Transport relative = timed_transport();
  relative.send = send_with_span;
  return relative;
}

// --- counts the messages that it tried to send

inline int send_or_time_out(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  const int error = timed_send(run, bytes, count, priority);
  if (error != EAGAIN) return error;
  HARNESS_PROBE("queue.full");
  return 0;
}

inline Transport timeout_is_sent_transport() {
  Transport careless = timed_transport();
  careless.send = send_or_time_out;
  return careless;
}

// --- removes whatever queue has its name before it makes its own

inline int make_anew(Run& run) {
  mq_unlink(run.options.name);
  return open_to_receive(run);
}

inline Transport removes_first_transport() {
  Transport anew = transport();
  anew.open_to_receive = make_anew;
  return anew;
}

// --- leaves the queue of a dead receiver where it is

inline Transport leaves_orphan_transport() {
  Transport careless = transport();
  careless.abandon = messages::nothing_to_abandon;
  return careless;
}

// --- does not look whether the queue was opened

inline int open_blindly(Run& run) {
  open_to_receive(run);
  return 0;
}

inline Transport opens_blindly_transport() {
  Transport blind = transport();
  blind.open_to_receive = open_blindly;
  return blind;
}

// --- asks for a longer queue than there may be, and gives up

inline int make_long(Run& run) {
  run.queue = make(run, wanted_attributes(run), O_NONBLOCK);
  return run.queue < 0 ? errno : 0;
}

inline Transport takes_no_less_transport() {
  Transport stubborn = transport();
  stubborn.open_to_receive = make_long;
  return stubborn;
}

}  // namespace queue_link

// Mistakes of senders, one program each.
#pragma once

#include <sched.h>

#include "readiness.h"

namespace messages {

// --- takes a message that finds the queue full for sent

inline int send_or_drop(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  int error = EINTR;
  while (error == EINTR) error = run.transport.send(run, bytes, count, priority);
  if (error != EAGAIN) return error;
  HARNESS_PROBE("queue.full");
  return 0;
}

inline Program drops_when_full_program() {
  Program program = nonblocking_program();
  program.send_message = send_or_drop;
  return program;
}

// --- takes a full queue for a broken one

inline int send_once(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  return run.transport.send(run, bytes, count, priority);
}

inline Program full_is_error_program() {
  Program program = nonblocking_program();
  program.send_message = send_once;
  return program;
}

// --- asks again and again instead of waiting

// Giving way is no waiting: whoever has nothing else to do comes back at once.
inline void give_way(Run& run, short events) {
  if (events == POLLIN) return wait_by_poll(run, events);
  sched_yield();
}

inline Program spins_program() {
  Program program = nonblocking_program();
  program.wait = give_way;
  return program;
}

// --- waits for room for ever, whether or not somebody is left to make it

inline Program waits_for_ever_program() {
  Program program = nonblocking_program();
  program.blocks_in_send = true;
  return program;
}

// --- waits for room and for nothing else

inline void wait_for_room_alone(Run& run, short events) {
  if (events == POLLIN) return wait_by_poll(run, events);
  pollfd waiting[kWaitedMax];
  const int count = run.transport.descriptors(run, waiting, events);
  ppoll(waiting, static_cast<nfds_t>(count), nullptr, nullptr);
}

inline Program watches_nobody_program() {
  Program program = nonblocking_program();
  program.wait = wait_for_room_alone;
  return program;
}

// --- an interrupted call: taken for a broken queue, or for one that has sent

inline Program eintr_is_error_program() {
  Program program = blocking_program();
  program.send_message = send_once;
  return program;
}

inline int send_until_interrupted(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  const int error = run.transport.send(run, bytes, count, priority);
  return error == EINTR ? 0 : error;
}

inline Program eintr_is_sent_program() {
  Program program = blocking_program();
  program.send_message = send_until_interrupted;
  return program;
}

}  // namespace messages

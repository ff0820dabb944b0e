// Programs whose calls wait for some time only, and look then whether the other side still lives.
#pragma once

#include <ctime>

#include "transport.h"

namespace queue_link {

constexpr long kPatience_ns = 100'000'000;

// The deadline is a moment of CLOCK_REALTIME and no span (mq_send(3)).
inline timespec deadline() {
  timespec moment{};
  clock_gettime(CLOCK_REALTIME, &moment);
  moment.tv_nsec += kPatience_ns;
  if (moment.tv_nsec >= 1'000'000'000) {
    moment.tv_nsec -= 1'000'000'000;
    ++moment.tv_sec;
  }
  return moment;
}

inline void look_at_peers(Run& run) {
  pollfd waiting[messages::kWaitedMax];
  const int count = messages::add_peers(run, waiting, 0);
  const timespec at_once{};
  ppoll(waiting, static_cast<nfds_t>(count), &at_once, nullptr);
  for (int i = 0; i < count; ++i) {
    if (waiting[i].revents != 0) messages::note_end(run, waiting[i].fd);
  }
}

inline void wait_by_deadline(Run& run, short) { look_at_peers(run); }

inline int timed_send(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  const timespec until = deadline();
  if (mq_timedsend(run.queue, reinterpret_cast<const char*>(bytes), count, priority, &until) == 0) return 0;
  return errno == ETIMEDOUT ? EAGAIN : errno;
}

inline ssize_t timed_receive(Run& run, Incoming& incoming) {
  incoming.room = std::max(incoming.room, messages::bytes_of(run.options));
  const timespec until = deadline();
  const ssize_t count =
      mq_timedreceive(run.queue, reinterpret_cast<char*>(incoming.bytes), incoming.room, nullptr, &until);
  if (count >= 0) return count;
  return errno == ETIMEDOUT ? -EAGAIN : -errno;
}

// Deadlines count only where calls may block.
inline bool let_block(Run& run) {
  mq_attr blocking{};
  return mq_setattr(run.queue, &blocking, nullptr) == 0;
}

inline messages::Transport timed_transport() {
  messages::Transport timed = transport();
  timed.send = timed_send;
  timed.receive = timed_receive;
  return timed;
}

inline messages::Program timed_program() {
  messages::Program program = messages::nonblocking_program();
  program.prepare = let_block;
  program.wait = wait_by_deadline;
  return program;
}

}  // namespace queue_link

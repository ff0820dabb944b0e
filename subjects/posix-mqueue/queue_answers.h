// What the kernel answers about queues of the program's own (mq_overview(7)), told before it works.
#pragma once

#include "timed.h"

namespace queue_link {

inline void tell(const char* name, int64_t answer) { harness_observe(name, 1, &answer); }

inline int64_t error_of(int result) { return result < 0 ? errno : 0; }

// A queue that has lost its name at once; -1 and errno where it is refused.
inline int make_nameless(const Run& run, mq_attr* wanted, int flags) {
  char name[messages::kPathMax];
  snprintf(name, sizeof(name), "%s-answers", run.options.name);
  const int queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | flags, 0600, wanted);
  const int error = errno;
  if (queue >= 0) mq_unlink(name);
  errno = error;
  return queue;
}

inline int64_t error_of_making(const Run& run, long length, long size) {
  mq_attr wanted{};
  wanted.mq_maxmsg = length;
  wanted.mq_msgsize = size;
  const int queue = make_nameless(run, &wanted, 0);
  const int64_t error = error_of(queue);
  if (queue >= 0) mq_close(queue);
  return error;
}

inline void tell_of_limits(const Run& run) {
  const long length = limit_named("msg_max", 10);
  const long size = limit_named("msgsize_max", 8192);
  tell("one-message-too-long", error_of_making(run, length + 1, 8));
  tell("one-byte-too-large", error_of_making(run, 1, size + 1));
  tell("no-message", error_of_making(run, 0, 8));
}

// Room for one message of eight bytes.
inline void tell_of_sizes(const Run& run) {
  mq_attr wanted{};
  wanted.mq_maxmsg = 1;
  wanted.mq_msgsize = 8;
  const int queue = make_nameless(run, &wanted, 0);
  const timespec past{.tv_sec = 1, .tv_nsec = 0};
  char room[16] = {};
  tell("sent-too-large", error_of(mq_send(queue, room, 9, 0)));
  tell("priority-32768", error_of(mq_send(queue, room, 1, 32768)));
  tell("past-with-room", error_of(mq_timedsend(queue, room, 1, 0, &past)));
  tell("past-when-full", error_of(mq_timedsend(queue, room, 1, 0, &past)));
  tell("into-seven", error_of(static_cast<int>(mq_receive(queue, room, 7, nullptr))));
  tell("into-eight", mq_receive(queue, room, 8, nullptr));
  mq_attr quick{};
  quick.mq_flags = O_NONBLOCK;
  mq_setattr(queue, &quick, nullptr);
  tell("past-without-blocking", error_of(static_cast<int>(mq_timedreceive(queue, room, 8, nullptr, &past))));
  mq_close(queue);
}

inline bool tell_answers(Run& run) {
  if (messages::is_receiver(run.options)) {
    become_ordinary();
    tell_of_limits(run);
    tell_of_sizes(run);
  }
  return messages::handle_signals(run);
}

inline messages::Program knows_queues_program() {
  messages::Program program = messages::nonblocking_program();
  program.begin = tell_answers;
  return program;
}

}  // namespace queue_link

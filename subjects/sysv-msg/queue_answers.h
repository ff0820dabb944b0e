// What the kernel answers about queues of the program's own (msgop(2)), told before it works.
#pragma once

#include <initializer_list>

#include "transport.h"

namespace sysv_link {

inline void tell(const char* name, int64_t answer) { harness_observe(name, 1, &answer); }

inline int64_t error_of(ssize_t result) { return result < 0 ? errno : 0; }

inline int64_t send_to(int queue, long type, size_t count) {
  static Envelope envelope;
  envelope.type = type;
  return error_of(msgsnd(queue, &envelope, count, IPC_NOWAIT));
}

inline int64_t messages_in(int queue) {
  msqid_ds found{};
  return msgctl(queue, IPC_STAT, &found) == 0 ? static_cast<int64_t>(found.msg_qnum) : -1;
}

// As many bytes as two halves of it.
inline void tell_of_fullness() {
  const int queue = msgget(IPC_PRIVATE, 0600);
  msqid_ds limits{};
  msgctl(queue, IPC_STAT, &limits);
  limits.msg_qbytes = 2048;
  msgctl(queue, IPC_SET, &limits);
  send_to(queue, 1, 1024);
  send_to(queue, 1, 1024);
  tell("full-by-bytes", send_to(queue, 1, 1));
  tell("messages-when-full", messages_in(queue));
  tell("empty-one-when-full", send_to(queue, 1, 0));
  msgctl(queue, IPC_RMID, nullptr);
}

inline void tell_of_types() {
  static Envelope envelope;
  const int queue = msgget(IPC_PRIVATE, 0600);
  tell("type-0", send_to(queue, 0, 8));
  for (const long type : {5, 2, 3}) send_to(queue, type, 8);
  msgrcv(queue, &envelope, 8, -4, IPC_NOWAIT);
  tell("lowest-up-to-4", envelope.type);
  tell("into-four", error_of(msgrcv(queue, &envelope, 4, 5, IPC_NOWAIT)));
  tell("messages-after-that", messages_in(queue));
  tell("cut-into-four", msgrcv(queue, &envelope, 4, 5, IPC_NOWAIT | MSG_NOERROR));
  tell("none-of-that-type", error_of(msgrcv(queue, &envelope, 8, 5, IPC_NOWAIT)));
  msgctl(queue, IPC_RMID, nullptr);
}

inline bool tell_answers(Run& run) {
  if (messages::is_receiver(run.options)) {
    tell_of_fullness();
    tell_of_types();
  }
  return messages::handle_signals(run);
}

inline messages::Program knows_queues_program() {
  messages::Program knowing = program();
  knowing.begin = tell_answers;
  return knowing;
}

}  // namespace sysv_link

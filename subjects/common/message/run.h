// main() of every message program: opens the queue, sends or receives, closes it.
#pragma once

#include "program.h"

namespace messages {

// Lives until the receiver has ended, as a controller does.
inline void stay(const Run& run) {
  pollfd waiting{.fd = run.receiver.fd, .events = POLLIN, .revents = 0};
  while (!is_gone(run.receiver) && ppoll(&waiting, 1, nullptr, nullptr) < 0) {
  }
}

inline int work_as_sender(Run& run) {
  HARNESS_PROBE("queue.wanted");
  if (!join_senders(run.options)) return complain("DIRECTORY cannot be written\n");
  run.receiver = watch(pid_in(run.options, "receiver", 0));
  const int error = run.transport.open_to_send(run);
  if (error != 0 || !run.program.prepare(run)) return complain("the queue cannot be opened for sending\n");
  HARNESS_PROBE("queue.open");
  const int status = send_all(run);
  HARNESS_PROBE("queue.closing");
  if (status == kCannotSend && is_gone(run.receiver)) run.transport.abandon(run);
  if (run.options.stays != 0) stay(run);
  return status;
}

inline int work_as_receiver(Run& run) {
  HARNESS_PROBE("queue.wanted");
  harness_observe("reading", 0, nullptr);
  const int error = run.transport.open_to_receive(run);
  if (error == EMFILE || error == ENOSPC || error == ENOMEM) {
    complain("the system has no room for the queue\n");
    return kNoRoom;
  }
  if (error != 0 || !become_receiver(run.options) || !run.program.prepare(run))
    return complain("the queue cannot be opened for receiving\n");
  const int64_t capacity = run.capacity;
  harness_observe("capacity", 1, &capacity);
  HARNESS_PROBE("queue.ready");
  const int status = receive_all(run);
  run.transport.forget(run);
  return status;
}

inline int work_as_remover(Run& run) {
  HARNESS_PROBE("queue.wanted");
  if (run.transport.open_to_send(run) != 0) return complain("there is no queue\n");
  run.transport.forget(run);
  HARNESS_PROBE("queue.removed");
  return kDone;
}

inline int run(const Program& program, const Transport& transport, int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options))
    return complain("usage: sender|receiver --at DIRECTORY [--KEY VALUE]…; see subjects/common/README.md\n");
  Run one{.program = program, .transport = transport, .options = options};
  if (!program.begin(one)) return kNotOpened;
  if (is_remover(options)) return work_as_remover(one);
  if (is_helper(options)) return program.help == nullptr ? kNotOpened : program.help(one);
  return is_sender(options) ? work_as_sender(one) : work_as_receiver(one);
}

}  // namespace messages

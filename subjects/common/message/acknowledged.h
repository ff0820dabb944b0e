// Messages that are delivered again when their receiver died with them: a queue alone delivers at most once.
// What is done stands in DIRECTORY/done. A sender keeps its message until it stands there; a receiver writes
// it when the work is done, and does nothing twice. A second receiver stands by until the first has ended.
#pragma once

#include <sys/inotify.h>

#include "readiness.h"

namespace messages {

// --- what is done

inline bool is_done(const Options& options, int64_t wanted) {
  char path[kPathMax];
  path_of(options, "done", path);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  int64_t id = 0;
  bool is_there = false;
  while (fd >= 0 && !is_there && read(fd, &id, sizeof(id)) == static_cast<ssize_t>(sizeof(id)))
    is_there = id == wanted;
  if (fd >= 0) close(fd);
  return is_there;
}

inline bool are_all_done(const Options& options) {
  char path[kPathMax];
  path_of(options, "done", path);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  const off_t bytes = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
  if (fd >= 0) close(fd);
  return bytes / static_cast<off_t>(sizeof(int64_t)) >= options.senders * options.messages;
}

// One write appends the whole id: a receiver that is killed has written it or has not.
inline bool acknowledge(const Options& options, int64_t id) {
  char path[kPathMax];
  path_of(options, "done", path);
  const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const bool is_written = fd >= 0 && write(fd, &id, sizeof(id)) == static_cast<ssize_t>(sizeof(id));
  if (fd >= 0) close(fd);
  return is_written;
}

// --- the sender

inline void wait_for_end(Peer& peer) {
  pollfd waiting{.fd = peer.fd, .events = POLLIN, .revents = 0};
  while (!is_gone(peer) && ppoll(&waiting, 1, nullptr, nullptr) < 0) {
  }
  let_go(peer);
}

inline bool has_new_receiver(const Run& run) {
  const pid_t now = pid_in(run.options, "receiver", 0);
  return now > 0 && now != run.receiver.pid;
}

// A receiver that is ready says so in DIRECTORY/receiver (inotify(7)).
inline void wait_for_new_receiver(const Run& run) {
  HARNESS_PROBE("receiver.lost");
  const int fd = inotify_init1(IN_CLOEXEC);
  inotify_add_watch(fd, run.options.directory, IN_CLOSE_WRITE);
  alignas(inotify_event) char events[4096];
  while (!has_new_receiver(run) && (read(fd, events, sizeof(events)) > 0 || errno == EINTR)) {
  }
  close(fd);
}

inline bool turn_to_new_receiver(Run& run) {
  wait_for_new_receiver(run);
  const pid_t now = pid_in(run.options, "receiver", 0);
  if (run.transport.open_to_send(run) != 0) return false;
  run.receiver = watch(now);
  return run.program.prepare(run);
}

// A message is sent when it is done: until then it is sent again to whoever comes next. The next one may have
// found it in the old queue and be gone before it is looked for.
inline int send_until_done(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  for (;;) {
    const int error = send_when_room(run, bytes, count, priority);
    if (error != 0 && !is_about_peer(error)) return error;
    HARNESS_PROBE("message.accepted");
    wait_for_end(run.receiver);
    if (is_done(run.options, id_of(bytes, count))) return 0;
    const bool is_open = turn_to_new_receiver(run);
    if (!is_open) return is_done(run.options, id_of(bytes, count)) ? 0 : EPIPE;
  }
}

// --- the receiver

inline bool stand_by(Run& run) {
  Peer before = is_receiver(run.options) ? watch(pid_in(run.options, "receiver", 0)) : Peer{};
  if (!is_gone(before)) {
    HARNESS_PROBE("receiver.awaited");
    wait_for_end(before);
  }
  return handle_signals(run);
}

inline void do_work(Run& run, const Incoming& incoming, size_t count) {
  const int64_t id = id_of(incoming.bytes, count);
  if (!is_as_sent(incoming.bytes, count)) return harness_observe("corrupt", 1, &id);
  if (acknowledge(run.options, id)) tell_received(id, count);
}

// What was sent again may have been done before.
inline bool take_then_acknowledge(Run& run, const Incoming& incoming, size_t count) {
  HARNESS_PROBE("message.taken");
  if (!is_done(run.options, id_of(incoming.bytes, count))) do_work(run, incoming, count);
  return !are_all_done(run.options);
}

inline Program acknowledged(Program program) {
  program.begin = stand_by;
  program.send_message = send_until_done;
  program.take = take_then_acknowledge;
  return program;
}

// --- mistakes

// Acknowledges first, and works then.
inline bool acknowledge_then_take(Run& run, const Incoming& incoming, size_t count) {
  const int64_t id = id_of(incoming.bytes, count);
  const bool is_new = !is_done(run.options, id) && acknowledge(run.options, id);
  HARNESS_PROBE("message.taken");
  if (is_new) tell_received(id, count);
  return !are_all_done(run.options);
}

inline Program acknowledges_at_receipt(Program program) {
  program = acknowledged(program);
  program.take = acknowledge_then_take;
  return program;
}

// Counts a message that the queue has accepted as delivered.
inline Program trusts_queue(Program program) {
  program = acknowledged(program);
  program.send_message = send_message;
  return program;
}

// Does what was sent again, whether or not it is done, as long as there is any.
inline bool take_again(Run& run, const Incoming& incoming, size_t count) {
  HARNESS_PROBE("message.taken");
  do_work(run, incoming, count);
  return true;
}

inline ssize_t receive_while_any(Run& run, Incoming& incoming) {
  for (;;) {
    const ssize_t count = run.transport.receive(run, incoming);
    if (count == -EINTR) continue;
    if (count != -EAGAIN) return count;
    if (are_all_done(run.options)) return kNobodyLeft;
    run.program.wait(run, POLLIN);
  }
}

inline Program repeats_work(Program program) {
  program = acknowledged(program);
  program.take = take_again;
  program.receive_message = receive_while_any;
  return program;
}

}  // namespace messages

// A System V message queue (sysvipc(7)). The receiver makes it without a key, so that it can be nobody
// else's, and writes its id into DIRECTORY/queue. A queue has no descriptor to wait for: calls block, and a
// thread watches who is on the other side.
#pragma once

#include <pthread.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "../common/message/readiness.h"

namespace sysv_link {

using messages::Incoming;
using messages::kMessageMax;
using messages::kNobodyLeft;
using messages::Peer;
using messages::Run;

// Lower types are received first; the notes that a sender has come, and that it has ended, are the last.
constexpr long kMostUrgent = 1;
constexpr long kLeastUrgent = 10;
constexpr long kNewsNote = 99;  // another sender has come
constexpr long kEndNote = 100;

struct Envelope {
  long type;
  unsigned char bytes[kMessageMax];
};

// --- finding the queue

// An id may be 0, which in a file stands for nothing yet.
constexpr int kIdOffset = 1;

inline int id_in_file(const messages::Options& options) {
  char path[messages::kPathMax];
  messages::path_of(options, "queue", path);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  const int id = messages::number_at(fd, 0) - kIdOffset;
  close(fd);
  return id;
}

inline bool write_id(const messages::Options& options, int id) {
  char path[messages::kPathMax];
  messages::path_of(options, "queue", path);
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool is_written = fd >= 0 && messages::write_number(fd, id + kIdOffset);
  if (fd >= 0) close(fd);
  return is_written;
}

inline int open_to_send(Run& run) {
  run.queue = id_in_file(run.options);
  return run.queue < 0 ? ENOENT : 0;
}

// As many bytes as the messages that the queue shall hold; the number of messages is limited by the same
// number (msgop(2)), which counts for messages without a byte.
inline int limit(Run& run) {
  msqid_ds queue{};
  if (msgctl(run.queue, IPC_STAT, &queue) != 0) return errno;
  const auto bytes = static_cast<int>(messages::bytes_of(run.options));
  const bool are_all_empty = run.options.empty < 0;
  queue.msg_qbytes = static_cast<msglen_t>(run.options.depth) * static_cast<msglen_t>(bytes);
  run.capacity = are_all_empty ? static_cast<int>(queue.msg_qbytes) : run.options.depth;
  return msgctl(run.queue, IPC_SET, &queue) == 0 ? 0 : errno;
}

inline int open_to_receive(Run& run) {
  run.queue = msgget(IPC_PRIVATE, 0600);
  if (run.queue < 0) return errno;
  if (const int error = limit(run)) return error;
  return write_id(run.options, run.queue) ? 0 : errno;
}

inline void forget(Run& run) { msgctl(run.queue, IPC_RMID, nullptr); }

// --- one message

inline int send_by(Run& run, const unsigned char* bytes, size_t count, unsigned urgency, int flags) {
  static Envelope envelope;
  envelope.type = kLeastUrgent - static_cast<long>(urgency);
  memcpy(envelope.bytes, bytes, count);
  return msgsnd(run.queue, &envelope, count, flags) == 0 ? 0 : errno;
}

inline int send(Run& run, const unsigned char* bytes, size_t count, unsigned urgency) {
  return send_by(run, bytes, count, urgency, 0);
}

// The type is negative: the lowest type there is comes first.
inline ssize_t receive_by(Run& run, Incoming& incoming, long& type, int flags) {
  static Envelope envelope;
  const ssize_t count = msgrcv(run.queue, &envelope, incoming.room, -kEndNote, flags);
  if (count < 0) return -errno;
  type = envelope.type;
  memcpy(incoming.bytes, envelope.bytes, static_cast<size_t>(count));
  return count;
}

// One that finds too little room stays in the queue (E2BIG): it is received with more room.
inline ssize_t receive_whole(Run& run, Incoming& incoming, long& type) {
  const ssize_t count = receive_by(run, incoming, type, 0);
  if (count != -E2BIG) return count;
  HARNESS_PROBE("message.too-large");
  incoming.room = kMessageMax;
  return receive_by(run, incoming, type, 0);
}

inline int no_descriptors(Run&, pollfd*, short) { return 0; }

// --- who has ended

struct Watch {
  int what;  // a process, or a descriptor that tells of senders
  int queue;
};

inline void wait_for_end_of(pid_t pid) {
  Peer peer = messages::watch(pid);
  if (messages::is_gone(peer)) return;
  pollfd waiting{.fd = peer.fd, .events = POLLIN, .revents = 0};
  while (ppoll(&waiting, 1, nullptr, nullptr) < 0) {
  }
  messages::let_go(peer);
}

// 0, or the errno for which there can be no thread: then nobody would tell of that end.
inline int start_watch(int what, int queue, void* (*watch)(void*)) {
  static Watch watches[messages::kPeersMax + 2];
  static int count = 0;
  Watch& one = watches[count++];
  one = {.what = what, .queue = queue};
  pthread_t thread;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);  // signals are for those who work
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&thread, nullptr, watch, &one);
  if (error == 0) pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return error;
}

// Whoever sleeps on a queue that is removed wakes with EIDRM; and nobody else would remove it.
inline void* remove_when_receiver_ends(void* argument) {
  const Watch& one = *static_cast<Watch*>(argument);
  wait_for_end_of(one.what);
  msgctl(one.queue, IPC_RMID, nullptr);
  return nullptr;
}

// A receiver that cannot be told would sleep for ever: it is better off ended. A queue that is gone has woken
// it.
inline void note(int queue, long what) {
  while (msgsnd(queue, &what, 0, 0) != 0) {
    if (errno == EIDRM || errno == EINVAL) return;
    if (errno != EINTR) _exit(messages::complain("the receiver cannot be told of its senders\n"));
  }
}

// The end of a sender comes to the receiver as one message more.
inline void* note_when_sender_ends(void* argument) {
  const Watch& one = *static_cast<Watch*>(argument);
  wait_for_end_of(one.what);
  note(one.queue, kEndNote);
  return nullptr;
}

inline void* note_when_senders_come(void* argument) {
  const Watch& one = *static_cast<Watch*>(argument);
  while (messages::take_news(one.what)) note(one.queue, kNewsNote);
  return nullptr;
}

inline int hear_of_senders(Run& run) {
  if (run.senders.news >= 0) return 0;
  if (const int error = messages::hear_of_senders(run.options, run.senders, 0)) return error;
  return start_watch(run.senders.news, run.queue, note_when_senders_come);
}

inline int watch_new_senders(Run& run) {
  if (const int error = hear_of_senders(run)) return error;
  const int known = run.senders.count;
  int error = messages::meet_senders(run.options, run.senders);
  for (int i = known; error == 0 && i < run.senders.count; ++i) {
    messages::let_go(run.senders.list[i]);
    error = start_watch(run.senders.list[i].pid, run.queue, note_when_sender_ends);
  }
  return error;
}

// --- the program

inline bool watch_receiver(Run& run) {
  return !messages::is_sender(run.options) ||
         start_watch(run.receiver.pid, run.queue, remove_when_receiver_ends) == 0;
}

inline ssize_t receive_message(Run& run, Incoming& incoming) {
  for (;;) {
    if (const int error = watch_new_senders(run); error != 0) return -error;
    harness_observe("looking", 0, nullptr);
    long type = 0;
    const ssize_t count = receive_whole(run, incoming, type);
    if (count == -EINTR || (count >= 0 && type == kNewsNote)) continue;
    if (count < 0 || type != kEndNote) return count;
    if (++run.ended_count == run.options.senders) return kNobodyLeft;
  }
}

inline messages::Transport transport() {
  return {.open_to_send = open_to_send,
          .open_to_receive = open_to_receive,
          .send = send,
          .receive = nullptr,
          .descriptors = no_descriptors,
          .forget = forget,
          .abandon = messages::nothing_to_abandon};
}

inline messages::Program program() {
  messages::Program program = messages::blocking_program();
  program.prepare = watch_receiver;
  program.receive_message = receive_message;
  return program;
}

}  // namespace sysv_link

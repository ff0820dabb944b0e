// Program: the steps of a sender and of a receiver of messages. This file has them right, for queues that are
// asked without blocking; a variant replaces the step in which it differs.
#pragma once

#include <poll.h>
#include <signal.h>

#include <cerrno>
#include <cstdint>

#include "message.h"
#include "peers.h"
#include "probe/probe.h"

namespace messages {

// Exit statuses.
constexpr int kDone = 0;
constexpr int kNotOpened = 2;
constexpr int kCannotSend = 3;     // the sender could not send a message
constexpr int kCannotReceive = 4;  // the receiver could not go on receiving
constexpr int kBadMessage = 5;     // the receiver got a message that is cut or broken
constexpr int kNoRoom = 6;         // the system has no room for the queue

// What receiving says when all senders have ended and everything is received.
constexpr ssize_t kNobodyLeft = -100000;

struct Program;
struct Transport;

// A message as it came.
struct Incoming {
  unsigned char* bytes;
  size_t room;
  bool is_cut = false;  // there was more of it than there was room
};

// One side at work.
struct Run {
  const Program& program;
  const Transport& transport;
  const Options& options;
  int queue = -1;        // what the mechanism knows the queue by: a descriptor, a System V id
  int epoll = -1;        // edge-triggered programs only
  int signals = -1;      // programs that are notified only: a signalfd
  Peer receiver = {};    // whom a sender sends to
  Senders senders = {};  // whom a receiver serves
  int capacity = 0;      // messages that the queue holds
  int connections[kPeersMax] = {};
  int connection_count = 0;
  int ended_count = 0;  // connections that have ended
};

// What a mechanism supplies.
struct Transport {
  // 0, or an errno. A sender's socket or queue blocks when it is told to.
  int (*open_to_send)(Run& run);
  // The same for the receiver, who is ready for senders then, and knows the capacity.
  int (*open_to_receive)(Run& run);
  // Sends one message: 0, or an errno.
  int (*send)(Run& run, const unsigned char* bytes, size_t count, unsigned priority);
  // Receives one: its bytes, a negative errno, or kNobodyLeft where the mechanism itself tells.
  ssize_t (*receive)(Run& run, Incoming& incoming);
  // The descriptors to wait for; returns how many.
  int (*descriptors)(Run& run, pollfd* waiting, short events);
  // Takes away what the receiver has made.
  void (*forget)(Run& run);
  // The same by a sender, whose receiver has ended without doing it.
  void (*abandon)(Run& run);
};

inline void nothing_to_abandon(Run&) {}

struct Program {
  bool blocks_in_send = false;  // the sender's calls block
  // Before anything is opened.
  bool (*begin)(Run& run);
  // When the queue is open.
  bool (*prepare)(Run& run);
  // Waits until something can be done, or somebody has ended.
  void (*wait)(Run& run, short events);
  // Sends one whole message: 0, or the errno for which it could not be.
  int (*send_message)(Run& run, const unsigned char* bytes, size_t count, unsigned priority);
  // Receives the next: its bytes, kNobodyLeft, or a negative errno.
  ssize_t (*receive_message)(Run& run, Incoming& incoming);
  // What comes of one that was received: false when receiving is over.
  bool (*take)(Run& run, const Incoming& incoming, size_t count);
  // The priority of a message of so much urgency.
  unsigned (*priority_of)(unsigned urgency);
  // The work of a helper; nullptr where there is none.
  int (*help)(Run& run) = nullptr;
};

// --- peers

inline bool is_about_peer(int error) {
  return error == EPIPE || error == ECONNREFUSED || error == ECONNRESET || error == ENOTCONN ||
         error == EIDRM || error == EINVAL || error == ENOENT;
}

// Another receiver may have come in the place of one that has ended.
inline bool find_receiver_again(Run& run) {
  HARNESS_PROBE("receiver.lost");
  const pid_t now = pid_in(run.options, "receiver", 0);
  if (now <= 0 || now == run.receiver.pid) return false;
  if (run.transport.open_to_send(run) != 0) return false;
  run.receiver = watch(now);
  return !is_gone(run.receiver) && run.program.prepare(run);
}

// --- sending

// One message, when there is room for it. Who has no receiver any more does not wait for room: nobody would
// make it.
inline int send_when_room(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  for (;;) {
    const int error = run.transport.send(run, bytes, count, priority);
    if (error == EINTR) continue;
    if (error != EAGAIN) return error;
    HARNESS_PROBE("queue.full");
    if (is_gone(run.receiver)) return EPIPE;
    run.program.wait(run, POLLOUT);
  }
}

inline int send_message(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  for (;;) {
    const int error = send_when_room(run, bytes, count, priority);
    if (!is_about_peer(error) || !find_receiver_again(run)) return error;
  }
}

inline unsigned urgency_of(const Options& options, int64_t id) {
  return options.urgent > 0 && id % options.urgent == 0 ? 5 : 1;
}

inline size_t size_of(const Options& options, int64_t id) {
  const bool is_large = options.large > 0 && id == options.first + 1;
  return static_cast<size_t>(is_large ? options.large : options.size);
}

inline int send_one(Run& run, int64_t id) {
  static unsigned char message[kMessageMax];
  const bool is_empty = run.options.empty < 0 || id == run.options.empty;
  const size_t count = is_empty ? 0 : encode(id, size_of(run.options, id), message);
  const unsigned urgency = urgency_of(run.options, id);
  HARNESS_PROBE("message.begin");
  const int64_t values[] = {id, urgency};
  harness_observe("urgency", 2, values);
  harness_invoke("send", id);
  const int error = run.program.send_message(run, message, count, run.program.priority_of(urgency));
  if (error != 0) {
    harness_fail("send", id, error);
    return error;
  }
  harness_ok("send", id, static_cast<int64_t>(count));
  HARNESS_PROBE("message.sent");
  return 0;
}

inline int send_all(Run& run) {
  for (int i = 0; i < run.options.messages; ++i) {
    if (send_one(run, run.options.first + i) != 0) return kCannotSend;
  }
  return kDone;
}

// --- receiving

inline int look_for_senders(Run& run) {
  if (const int error = hear_of_senders(run.options, run.senders, IN_NONBLOCK)) return error;
  while (take_news(run.senders.news)) {
  }
  return meet_senders(run.options, run.senders);
}

inline ssize_t receive_message(Run& run, Incoming& incoming) {
  for (;;) {
    if (const int error = look_for_senders(run); error != 0) return -error;
    const bool is_last_look = have_all_ended(run.options, run.senders);
    harness_observe("looking", 0, nullptr);
    const ssize_t count = run.transport.receive(run, incoming);
    if (count == -EINTR) continue;
    if (count != -EAGAIN) return count;
    if (is_last_look) return kNobodyLeft;
    HARNESS_PROBE("queue.empty");
    run.program.wait(run, POLLIN);
  }
}

inline void tell_received(int64_t id, size_t count) {
  harness_ok("receive", id, static_cast<int64_t>(count));
  HARNESS_PROBE("message.received");
}

inline void tell_empty() {
  harness_observe("empty", 0, nullptr);
  HARNESS_PROBE("message.received");
}

// What is cut is not delivered, and said.
inline bool take(Run&, const Incoming& incoming, size_t count) {
  HARNESS_PROBE("message.taken");
  if (incoming.is_cut) {
    const int64_t values[] = {static_cast<int64_t>(count),
                              static_cast<int64_t>(whole_length(incoming.bytes, count))};
    harness_observe("truncated", 2, values);
  } else if (count == 0) {
    tell_empty();
  } else if (is_as_sent(incoming.bytes, count)) {
    tell_received(id_of(incoming.bytes, count), count);
  } else {
    const int64_t id = id_of(incoming.bytes, count);
    harness_observe("corrupt", 1, &id);
  }
  return true;
}

inline size_t room_of(const Options& options) {
  return options.buffer > 0 ? static_cast<size_t>(options.buffer) : kMessageMax;
}

inline int fail_receiving(ssize_t error) {
  harness_fail("receive", 0, -error);
  return kCannotReceive;
}

inline int finish_receiving() {
  harness_observe("drained", 0, nullptr);
  HARNESS_PROBE("queue.drained");
  return kDone;
}

inline int receive_all(Run& run) {
  static unsigned char bytes[kMessageMax];
  for (int taken = 0; run.options.expected == 0 || taken < run.options.expected; ++taken) {
    Incoming incoming{.bytes = bytes, .room = room_of(run.options)};
    const ssize_t count = run.program.receive_message(run, incoming);
    if (count == kNobodyLeft) break;
    if (count < 0) return fail_receiving(count);
    if (!run.program.take(run, incoming, static_cast<size_t>(count))) break;
  }
  return finish_receiving();
}

// --- around both

inline void take_note(int) {}

// SIGUSR1 stands for any signal that a program handles: without SA_RESTART it cuts calls short (signal(7)).
inline bool handle_signals(Run&) {
  struct sigaction action {};
  action.sa_handler = take_note;
  return signal(SIGPIPE, SIG_IGN) != SIG_ERR && sigaction(SIGUSR1, &action, nullptr) == 0;
}

inline bool nothing_to_prepare(Run&) { return true; }

inline unsigned urgency_is_priority(unsigned urgency) { return urgency; }

}  // namespace messages

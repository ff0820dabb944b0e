// Requests and answers over a connection:  PROGRAM client|server --at DIRECTORY [--records N] [--size BYTES]
// …
//
// The client keeps some requests under way at a time; each answer names its request. When the connection ends
// before all are answered nobody can know which of the others were served: they are told as unknown, not as
// failed.
#pragma once

#include <cstdint>

#include "program.h"

namespace streams {

struct Dialogue {
  int window = 8;               // requests under way at a time
  bool is_lost_failed = false;  // whether what was not answered is called failed
  bool is_sent_served = false;  // whether a request that is sent is called answered
  bool is_end_first = false;    // whether a broken connection is looked for before answers that have come
};

struct Client {
  const Dialogue& dialogue;
  Run& run;
  int sent = 0;
  int answered = 0;
};

inline int send_with_id(Run& run, int64_t id) {
  static unsigned char frame[kFrameMax];
  const size_t count = run.program.framing.encode(id, static_cast<size_t>(run.options.size), frame);
  return run.program.send_frame(run, id, frame, count);
}

// --- the server

inline int serve(Run& run) {
  for (;;) {
    const int64_t id = run.program.receive_frame(run);
    if (id == 0) return kDone;
    if (id < 0) return kCannotReceive;
    harness_observe("served", 1, &id);
    HARNESS_PROBE("request.served");
    if (send_with_id(run, id) != 0) return kCannotSend;
    harness_observe("answered", 1, &id);
    HARNESS_PROBE("request.answered");
  }
}

// --- the client

inline void give_up(const Client& client, int error) {
  const int64_t reason = error;
  harness_observe("lost", 1, &reason);
  for (int id = client.answered + 1; id <= client.sent; ++id) {
    if (client.dialogue.is_lost_failed) {
      harness_fail("request", id, error);
    } else {
      harness_info("request", id, error);
    }
  }
}

inline int send_requests(Client& client) {
  const int records = client.run.options.records;
  while (client.sent < records && client.sent - client.answered < client.dialogue.window) {
    ++client.sent;
    harness_invoke("request", client.sent);
    HARNESS_PROBE("request.begin");
    if (const int error = send_with_id(client.run, client.sent); error != 0) return error;
    if (!client.dialogue.is_sent_served) continue;
    harness_ok("request", client.sent, client.sent);
    ++client.answered;
  }
  return 0;
}

inline bool is_hung_up(int fd) {
  pollfd waiting{.fd = fd, .events = POLLIN | POLLRDHUP, .revents = 0};
  while (ppoll(&waiting, 1, nullptr, nullptr) < 0) {
  }
  return (waiting.revents & (POLLERR | POLLHUP | POLLRDHUP)) != 0;
}

// The answer that comes next: its id, 0 at the end of the stream, or a negative errno.
inline int64_t next_answer(const Client& client) {
  HARNESS_PROBE("answer.wanted");
  if (client.dialogue.is_end_first && is_hung_up(client.run.fd)) return -ECONNRESET;
  return client.run.program.receive_frame(client.run);
}

inline int ask(Client& client) {
  while (client.answered < client.run.options.records) {
    // What was answered before the connection broke is still there to be read, so a failure to send is no end
    // yet.
    send_requests(client);
    if (client.dialogue.is_sent_served) continue;
    const int64_t id = next_answer(client);
    if (id <= 0) {
      give_up(client, static_cast<int>(-id));
      return kCannotReceive;
    }
    harness_ok("request", id, id);
    ++client.answered;
  }
  return kDone;
}

// Tries again where nobody listens yet.
inline int open_as_client(const Run& run) {
  int fd = -1;
  for (int i = 0; i < run.options.tries && fd < 0; ++i) {
    fd = run.transport.open_to_write(run.options);
    if (fd < 0) HARNESS_PROBE("link.missing");
  }
  return fd;
}

// What the two roles do once the link is open. The exit status.
struct Parts {
  int (*ask)(Client& client) = streams::ask;
  int (*serve)(Run& run) = streams::serve;
};

inline int run_dialogue(const Dialogue& dialogue, const Transport& transport, int argc, char** argv,
                        const Parts& parts = {}, const Program& program = records_program()) {
  Options options;
  const bool is_understood = read_options(argc, argv, options);
  const bool is_client = strcmp(options.role, "client") == 0;
  if (!is_understood || (!is_client && strcmp(options.role, "server") != 0)) {
    return complain(
        "usage: client|server --at DIRECTORY [--over ADDRESS] [--records N] [--size BYTES] [--buffer BYTES] "
        "[--tries N]\n");
  }
  if (!has_what_it_needs(transport, options)) return kNotOpened;
  Run run{.program = program, .transport = transport, .options = options};
  if (!program.begin(run)) return kNotOpened;
  run.fd = is_client ? open_as_client(run) : transport.open_to_read(options);
  if (run.fd < 0 || !program.prepare(run)) return complain("the link cannot be opened\n");
  HARNESS_PROBE("link.open");
  Client client{.dialogue = dialogue, .run = run};
  const int status = is_client ? parts.ask(client) : parts.serve(run);
  close(run.fd);
  if (!is_client) transport.forget(options);
  return status;
}

}  // namespace streams

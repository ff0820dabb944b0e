// Requests that are cancelled. The client asks for all, and then takes one back; the server looks at all that
// has come before it serves the next, and confirms a cancellation only of what it has not begun.
#pragma once

#include <sys/ioctl.h>

#include "dialogue.h"

namespace streams {

constexpr int64_t kCancel = 1 << 20;     // added to a request's id: it is taken back
constexpr int64_t kCancelled = 1 << 21;  // added to a request's id: it will not be served
constexpr int kRequestsMost = 64;

// Where a variant differs.
struct Cancelling {
  bool is_cancel_certain = false;      // whether the client calls what it takes back failed at once
  bool is_anything_confirmed = false;  // whether the server confirms without a look at what it has served
};

// --- the server

struct Waiting {
  int64_t ids[kRequestsMost];
  int count = 0;

  bool remove(int64_t id) {
    for (int i = 0; i < count; ++i) {
      if (ids[i] != id) continue;
      memmove(ids + i, ids + i + 1, static_cast<size_t>(--count - i) * sizeof(int64_t));
      return true;
    }
    return false;
  }
};

inline bool is_frame_there(const Run& run) {
  int bytes = 0;
  return ioctl(run.fd, FIONREAD, &bytes) == 0 && static_cast<size_t>(bytes) >= frame_size(run);
}

// Takes the next frame: 1, 0 at the end, or a negative errno.
inline int64_t take_frame(Run& run, Waiting& waiting, const Cancelling& cancelling) {
  const int64_t id = run.program.receive_frame(run);
  if (id <= 0) return id;
  if (id < kCancel) {
    if (waiting.count < kRequestsMost) waiting.ids[waiting.count++] = id;
    return 1;
  }
  const bool is_confirmed = cancelling.is_anything_confirmed ? id > kCancel : waiting.remove(id - kCancel);
  if (is_confirmed && send_with_id(run, id - kCancel + kCancelled) != 0) return -EPIPE;
  return 1;
}

inline int serve_with_cancelling(Run& run, const Cancelling& cancelling) {
  static Waiting waiting;
  for (;;) {
    while (waiting.count == 0 || is_frame_there(run)) {
      const int64_t taken = take_frame(run, waiting, cancelling);
      if (taken <= 0) return taken == 0 ? kDone : kCannotReceive;
    }
    const int64_t id = waiting.ids[0];
    waiting.remove(id);
    harness_observe("served", 1, &id);
    HARNESS_PROBE("request.served");
    if (send_with_id(run, id) != 0) return kCannotSend;
    harness_observe("answered", 1, &id);
    HARNESS_PROBE("request.answered");
  }
}

// --- the client

inline bool ask_for_all(Client& client) {
  for (int64_t id = 1; id <= client.run.options.records; ++id) {
    harness_invoke("request", id);
    if (send_with_id(client.run, id) != 0) return false;
  }
  return true;
}

// Reads until so many requests have come to their end.
inline int await_ends(Client& client, int open, int64_t given_up) {
  while (open > 0) {
    HARNESS_PROBE("answer.wanted");
    const int64_t id = client.run.program.receive_frame(client.run);
    if (id <= 0) return kCannotReceive;
    const int64_t request = id > kCancelled ? id - kCancelled : id;
    if (request == given_up) continue;
    if (id > kCancelled) {
      harness_fail("request", request, ECANCELED);
    } else {
      harness_ok("request", request, id);
    }
    --open;
  }
  return kDone;
}

// Whether a cancellation came in time only the server's word tells.
inline int ask_and_cancel(Client& client, const Cancelling& cancelling) {
  const int64_t unwanted = 3;
  if (!ask_for_all(client)) return kCannotSend;
  HARNESS_PROBE("request.begin");
  if (send_with_id(client.run, unwanted + kCancel) != 0) return kCannotSend;
  HARNESS_PROBE("request.cancelled");
  const int all = client.run.options.records;
  if (!cancelling.is_cancel_certain) return await_ends(client, all, 0);
  harness_fail("request", unwanted, ECANCELED);
  return await_ends(client, all - 1, unwanted);
}

}  // namespace streams

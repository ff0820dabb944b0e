// A client that waits for an answer only so long (--patience), and asks for the next then; what comes late is
// told from what it waits for by its id.
#pragma once

#include <ctime>

#include "dialogue.h"

namespace streams {

constexpr int kSlower = 1000;  // after a timeout it waits so much longer, so that one is all it meets

inline bool comes_in_time(int fd, int patience_ms) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  const timespec limit{.tv_sec = patience_ms / 1000, .tv_nsec = patience_ms % 1000 * 1'000'000L};
  return ppoll(&waiting, 1, &limit, nullptr) != 0;
}

// Which answer is taken for that to `awaited`: only its own, or any that comes.
using IsTaken = bool (*)(int64_t answer, int64_t awaited);

inline bool is_its_own(int64_t answer, int64_t awaited) { return answer == awaited; }

// What became of one request: its answer's id, 0 when the patience was at its end, or a negative errno.
inline int64_t await_answer(const Client& client, int64_t awaited, int patience_ms, IsTaken is_taken) {
  for (;;) {
    HARNESS_PROBE("answer.wanted");
    if (!comes_in_time(client.run.fd, patience_ms)) return 0;
    const int64_t answer = client.run.program.receive_frame(client.run);
    if (answer <= 0) return answer < 0 ? answer : -ECONNRESET;
    if (is_taken(answer, awaited)) return answer;
    HARNESS_PROBE("answer.late");
  }
}

inline int ask_with_patience(Client& client, IsTaken is_taken) {
  int patience_ms = client.run.options.patience_ms;
  for (int64_t id = 1; id <= client.run.options.records; ++id) {
    harness_invoke("request", id);
    HARNESS_PROBE("request.begin");
    if (send_with_id(client.run, id) != 0) return kCannotSend;
    const int64_t answer = await_answer(client, id, patience_ms, is_taken);
    if (answer < 0) return kCannotReceive;
    if (answer > 0) {
      harness_ok("request", id, answer);
      continue;
    }
    // It may have been served, or may be yet: that is not known.
    harness_info("request", id, ETIMEDOUT);
    HARNESS_PROBE("request.timed-out");
    patience_ms *= kSlower;
  }
  return kDone;
}

}  // namespace streams

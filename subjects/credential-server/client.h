// The client asks, as root or as somebody else, and may claim to be a third.
#pragma once

#include "credentials.h"

namespace credentials {

inline void tell_who_asks(const Request& request, uid_t at_connect, uid_t claimed) {
  const int64_t values[] = {request.id, geteuid(), at_connect, claimed};
  harness_observe("asks_as", 4, values);
}

// A claim that the kernel does not believe is told, and the request sent without it.
inline bool ask(int connection, const Request& request, uid_t at_connect, const Options& options) {
  const auto claimed = static_cast<uid_t>(options.claim);
  const bool claims = options.claim != 0;
  tell_who_asks(request, at_connect, claims ? claimed : geteuid());
  HARNESS_PROBE("request.begin");
  int error = send_as(connection, request, claims ? &claimed : nullptr);
  if (error == EPERM && claims) {
    harness_fail("claim", request.id, error);
    error = send_as(connection, request, nullptr);
  }
  return error == 0;
}

inline bool wait_for_answer(int connection) {
  char answer = 0;
  ssize_t got = -1;
  do {
    got = read(connection, &answer, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

inline bool become(const Options& options) {
  return options.become == 0 || setuid(static_cast<uid_t>(options.become)) == 0;
}

inline int work_as_client(const Options& options) {
  if (options.is_before && !become(options)) return 2;
  const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto* address = reinterpret_cast<const sockaddr*>(&options.over.local);
  if (connect(connection, address, options.over.local_length) != 0) return 2;
  const uid_t at_connect = geteuid();
  for (int i = 0; i < options.requests; ++i) {
    if (i == options.requests / 2 && !options.is_before && !become(options)) return 2;
    if (!ask(connection, {options.first + i}, at_connect, options)) return 3;
    if (!wait_for_answer(connection)) return 4;
  }
  return 0;
}

}  // namespace credentials

// The server grants what the user that asks may have; here it says whom it takes that to be.
#pragma once

#include <sys/stat.h>

#include "credentials.h"

namespace credentials {

// What a server has to go by.
struct Evidence {
  uid_t at_connect;  // of the connection
  uid_t of_message;  // that came along
};

// Whom the server takes for the sender; false when it grants nothing to such a one.
using Identify = bool (*)(const Evidence& evidence, uid_t& user);

// Either alone may be wrong: the connection's is old, and root may put anything into a message. Where both
// say the same nobody has changed and nobody has lied.
inline bool by_both(const Evidence& evidence, uid_t& user) {
  user = evidence.of_message;
  return evidence.at_connect == evidence.of_message;
}

inline void answer(int connection, const Request& request, const Evidence& evidence, Identify identify) {
  uid_t user = kNobody;
  const bool is_granted = identify(evidence, user);
  const int64_t values[] = {request.id, user};
  harness_observe(is_granted ? "granted" : "refused", 2, values);
  while (send(connection, is_granted ? "+" : "-", 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

inline int serve(int connection, Identify identify) {
  const uid_t at_connect = user_at_connect(connection);
  for (;;) {
    Request request;
    uid_t of_message = kNobody;
    const int got = receive(connection, request, of_message);
    if (got <= 0) return got == 0 ? 0 : 4;
    answer(connection, request, {at_connect, of_message}, identify);
  }
}

// Anybody may connect; SO_PASSCRED is inherited by accepted sockets.
inline int listen_to_all(const Options& options) {
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  const auto* address = reinterpret_cast<const sockaddr*>(&options.over.local);
  const bool is_listening = setsockopt(listener, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) == 0 &&
                            bind(listener, address, options.over.local_length) == 0 &&
                            chmod(options.over.local.sun_path, 0666) == 0 && listen(listener, 8) == 0;
  return is_listening ? listener : -1;
}

inline int work_as_server(Identify identify, const Options& options) {
  const int listener = listen_to_all(options);
  if (listener < 0) return 2;
  HARNESS_PROBE("server.ready");
  int status = 0;
  for (int i = 0; i < options.clients && status == 0; ++i) {
    int connection = -1;
    do {
      connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    } while (connection < 0 && errno == EINTR);
    status = serve(connection, identify);
    close(connection);
  }
  unlink(options.over.local.sun_path);
  return status;
}

}  // namespace credentials

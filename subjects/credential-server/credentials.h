// Who sends: by the credentials of the connection, and by those that come along with a message.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "options.h"
#include "probe/probe.h"

namespace credentials {

struct Request {
  int64_t id = 0;
};

// Room for one set of credentials, aligned as the kernel wants it (cmsg(3)).
union ControlRoom {
  char bytes[CMSG_SPACE(sizeof(ucred))];
  cmsghdr header;
};

// Who was at the other end when the connection was made: what it did later does not change that (unix(7)).
inline uid_t user_at_connect(int connection) {
  ucred peer{};
  socklen_t length = sizeof(peer);
  return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? peer.uid : kNobody;
}

// Sends a request that claims to be of this user: 0, or an errno. The kernel adds the true credentials where
// none are given, and looks at those that are: only root may claim to be another (unix(7)).
inline int send_as(int connection, const Request& request, const uid_t* claimed) {
  Request copy = request;
  iovec data{.iov_base = &copy, .iov_len = sizeof(copy)};
  ControlRoom control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (claimed != nullptr) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof(control.bytes);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_CREDENTIALS;
    header->cmsg_len = CMSG_LEN(sizeof(ucred));
    const ucred claim{.pid = getpid(), .uid = *claimed, .gid = getgid()};
    memcpy(CMSG_DATA(header), &claim, sizeof(claim));
  }
  return sendmsg(connection, &message, MSG_NOSIGNAL) == sizeof(copy) ? 0 : errno;
}

// The next request, and whose it says it is. 1, or 0 at the end, or -1.
inline int receive(int connection, Request& request, uid_t& user) {
  iovec data{.iov_base = &request, .iov_len = sizeof(request)};
  ControlRoom control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof(control.bytes);
  ssize_t got = -1;
  do {
    got = recvmsg(connection, &message, MSG_WAITALL | MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof(request))) return got == 0 ? 0 : -1;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_CREDENTIALS) return -1;
  ucred sender{};
  memcpy(&sender, CMSG_DATA(header), sizeof(sender));
  user = sender.uid;
  return 1;
}

}  // namespace credentials

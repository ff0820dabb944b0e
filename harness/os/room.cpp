#include "os/room.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace harness {
namespace {

// Readiness is a page's worth of room in a pipe, and three quarters of a socket's.
bool has_no_room(const Fd& link) {
  pollfd asked{.fd = link.get(), .events = POLLOUT, .revents = 0};
  return ::poll(&asked, 1, 0) == 0;
}

// A pipe holds so many pages, a power of two. EBUSY: more of them are in use than would be left (fcntl(2)).
Result<LinkRoom> shrink_pipe(const Fd& pipe) {
  const int before = ::fcntl(pipe.get(), F_GETPIPE_SZ);
  if (before < 0) return system_error("F_GETPIPE_SZ");
  for (int room = static_cast<int>(::sysconf(_SC_PAGESIZE)); room < before; room *= 2) {
    const int after = ::fcntl(pipe.get(), F_SETPIPE_SZ, room);
    if (after >= 0) return LinkRoom{.before = before, .after = after, .is_full = has_no_room(pipe)};
    if (errno != EBUSY) return system_error("F_SETPIPE_SZ");
  }
  return unavailable("what is queued in the pipe needs all of its " + std::to_string(before) +
                     " bytes of room");
}

Result<int> send_room(const Fd& socket) {
  int room = 0;
  socklen_t size = sizeof room;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &room, &size) != 0) return system_error("SO_SNDBUF");
  return room;
}

// The kernel makes of any smaller value the least that it allows (socket(7)).
Result<LinkRoom> shrink_socket(const Fd& socket) {
  const int least = 1;
  ASSIGN_OR_RETURN(const int before, send_room(socket));
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &least, sizeof least) != 0)
    return system_error("SO_SNDBUF");
  ASSIGN_OR_RETURN(const int after, send_room(socket));
  if (after >= before)
    return unavailable("the socket has the least room already: " + std::to_string(before) + " bytes");
  return LinkRoom{.before = before, .after = after, .is_full = has_no_room(socket)};
}

}  // namespace

Result<LinkRoom> shrink_room(const Fd& link, const std::string& kind) {
  if (kind == "pipe") return shrink_pipe(link);
  if (kind == "unix-stream") return shrink_socket(link);
  if (kind == "tcp") {
    return unavailable(
        "a TCP connection is not full where its peer has promised room: the window cannot be taken back, and "
        "with a smaller SO_RCVBUF the kernel drops what comes instead");
  }
  if (kind == "unix-dgram" || kind == "unix-seqpacket" || kind == "udp") {
    return unavailable("a message that is larger than the room of a " + kind +
                       " socket is refused with EMSGSIZE; that is not a full link");
  }
  return unavailable("a " + kind + " has no room that could be taken away");
}

}  // namespace harness

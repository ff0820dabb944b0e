// Records over a Unix stream socket, some of which bring descriptors along.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "probe/probe.h"

namespace descriptors {

constexpr int kControl = 3;          // the socket that both are started with
constexpr size_t kMessageMax = 253;  // descriptors in one message (unix(7))
constexpr size_t kManyMost = 512;

// What a record says: so many descriptors come along, for the items from `first` on.
struct Record {
  uint32_t first;
  uint32_t count;
};

// Room for descriptors, aligned as the kernel wants it (cmsg(3)).
union ControlRoom {
  char bytes[CMSG_SPACE(sizeof(int) * kManyMost)];
  cmsghdr header;
};

// One message with the record and its descriptors: 0, or the errno for which nothing of it was sent.
inline int send_record(const Record& record, const int* fds) {
  Record copy = record;
  iovec data{.iov_base = &copy, .iov_len = sizeof(copy)};
  static ControlRoom control;
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (record.count > 0) {
    control = {};
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * record.count);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * record.count);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * record.count);
  }
  ssize_t sent = -1;
  do {
    sent = sendmsg(kControl, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

// Descriptors that have come and belong to no record yet, oldest first.
struct Arrived {
  int fds[kManyMost];
  size_t count = 0;

  int take() {
    const int fd = count > 0 ? fds[0] : -1;
    if (count > 0) memmove(fds, fds + 1, --count * sizeof(int));
    return fd;
  }
};

// Reads what there is, with the descriptors that come along: so many bytes, 0 at the end, or -1 with errno.
inline ssize_t receive(void* bytes, size_t room, Arrived& arrived, int flags) {
  iovec data{.iov_base = bytes, .iov_len = room};
  static ControlRoom control;
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof(control.bytes);
  ssize_t got = -1;
  do {
    got = recvmsg(kControl, &message, flags);
  } while (got < 0 && errno == EINTR);
  const cmsghdr* header = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return got;
  const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  memcpy(arrived.fds + arrived.count, CMSG_DATA(header), count * sizeof(int));
  arrived.count += count;
  return got;
}

// What tells one open file from another.
inline int64_t identity_of(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 ? static_cast<int64_t>(status.st_ino) : -1;
}

// A file that nobody else has, with a few bytes in it.
inline int make_file() {
  const int fd = memfd_create("item", MFD_CLOEXEC);
  const char content[] = "contents";
  return fd >= 0 && pwrite(fd, content, sizeof(content), 0) == sizeof(content) ? fd : -1;
}

}  // namespace descriptors

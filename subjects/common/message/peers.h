// Peers: who works on a queue, and which of them have ended. A queue tells of nobody's death, so everybody
// writes his process id into a file, DIRECTORY/senders or DIRECTORY/receiver, and others watch it by a pidfd.
#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "options.h"

namespace messages {

constexpr size_t kPathMax = 256;
constexpr int kPeersMax = 8;

inline void path_of(const Options& options, const char* name, char (&path)[kPathMax]) {
  snprintf(path, kPathMax, "%s/%s", options.directory, name);
}

// One write appends the whole id (open(2), O_APPEND).
inline bool write_pid(const Options& options, const char* list, int flags) {
  char path[kPathMax];
  path_of(options, list, path);
  const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  const pid_t own = getpid();
  const bool is_written = fd >= 0 && write(fd, &own, sizeof(own)) == static_cast<ssize_t>(sizeof(own));
  if (fd >= 0) close(fd);
  return is_written;
}

inline bool join_senders(const Options& options) { return write_pid(options, "senders", O_APPEND); }
inline bool become_receiver(const Options& options) { return write_pid(options, "receiver", O_TRUNC); }

// The nth id of a list, 0 when there is none.
inline pid_t pid_in(const Options& options, const char* list, int nth) {
  char path[kPathMax];
  path_of(options, list, path);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  pid_t pid = 0;
  const auto at = static_cast<off_t>(nth) * static_cast<off_t>(sizeof(pid));
  if (fd < 0 || pread(fd, &pid, sizeof(pid), at) != static_cast<ssize_t>(sizeof(pid))) pid = 0;
  if (fd >= 0) close(fd);
  return pid;
}

// A process that is watched.
struct Peer {
  pid_t pid = 0;
  int fd = -1;  // a pidfd: readable once the process has ended; -1 when it has
};

// One that has been reaped has no pidfd any more (pidfd_open(2), ESRCH).
inline Peer watch(pid_t pid) {
  return {.pid = pid, .fd = pid > 0 ? static_cast<int>(syscall(SYS_pidfd_open, pid, 0)) : -1};
}

inline bool is_gone(const Peer& peer) { return peer.fd < 0; }

inline void let_go(Peer& peer) {
  if (peer.fd >= 0) close(peer.fd);
  peer.fd = -1;
}

// Those that the receiver serves.
struct Senders {
  Peer list[kPeersMax];
  int count = 0;
};

// Watches those that have come since the last look.
inline void meet_senders(const Options& options, Senders& senders) {
  while (senders.count < kPeersMax) {
    const pid_t pid = pid_in(options, "senders", senders.count);
    if (pid == 0) return;
    senders.list[senders.count++] = watch(pid);
  }
}

inline bool have_all_ended(const Options& options, const Senders& senders) {
  if (senders.count < options.senders) return false;
  for (int i = 0; i < senders.count; ++i) {
    if (!is_gone(senders.list[i])) return false;
  }
  return true;
}

}  // namespace messages

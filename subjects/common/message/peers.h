// Peers: who works on a queue, and which of them have ended. A queue tells of nobody's death, so everybody
// writes his process id into a file, DIRECTORY/senders or DIRECTORY/receiver, and others watch it by a pidfd.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
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

// Also where a write takes only a part, as it may on a disk that fills up, or when a signal comes (write(2)).
// What follows must then be the rest: others that append are kept out by a lock. False with errno.
inline bool write_number(int fd, int number) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(&number);
  size_t so_far = 0;
  while (so_far < sizeof(number)) {
    const ssize_t written = write(fd, bytes + so_far, sizeof(number) - so_far);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) so_far += static_cast<size_t>(written);
  }
  return true;
}

inline bool lock_file(int fd) {
  int status = -1;
  do {
    status = flock(fd, LOCK_EX);
  } while (status != 0 && errno == EINTR);
  return status == 0;
}

inline bool write_pid(const Options& options, const char* list, int flags) {
  char path[kPathMax];
  path_of(options, list, path);
  const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  const bool is_written = fd >= 0 && lock_file(fd) && write_number(fd, getpid());
  if (fd >= 0) close(fd);
  return is_written;
}

inline bool join_senders(const Options& options) { return write_pid(options, "senders", O_APPEND); }
inline bool become_receiver(const Options& options) { return write_pid(options, "receiver", O_TRUNC); }

// The number at this place of a file; 0 where the file does not reach so far, or a negative errno. The first
// bytes of a number are not taken for one.
inline int number_at(int fd, off_t place) {
  int number = 0;
  auto* bytes = reinterpret_cast<unsigned char*>(&number);
  size_t so_far = 0;
  while (so_far < sizeof(number)) {
    const ssize_t count =
        pread(fd, bytes + so_far, sizeof(number) - so_far, place + static_cast<off_t>(so_far));
    if (count < 0 && errno != EINTR) return -errno;
    if (count == 0) return 0;
    if (count > 0) so_far += static_cast<size_t>(count);
  }
  return number;
}

// The nth id of a list, 0 when there is none, or a negative errno: a list that cannot be read is not an empty
// one, nor is one that is not there any more.
inline pid_t pid_in(const Options& options, const char* list, int nth) {
  char path[kPathMax];
  path_of(options, list, path);
  const int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return -errno;
  const pid_t pid = number_at(fd, static_cast<off_t>(nth) * static_cast<off_t>(sizeof(pid)));
  close(fd);
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
  int news = -1;  // readable when another one has come, who may end before it has sent anything
};

// From now on `news` tells of each (inotify(7)): 0, or an errno. Has to come before the first look at the
// list.
inline int hear_of_senders(const Options& options, Senders& senders, int flags) {
  if (senders.news >= 0) return 0;
  senders.news = inotify_init1(IN_CLOEXEC | flags);
  if (senders.news < 0) return errno;
  return inotify_add_watch(senders.news, options.directory, IN_CLOSE_WRITE) < 0 ? errno : 0;
}

// What it tells is in the list. False when it tells nothing any more.
inline bool take_news(int news) {
  char events[4096];
  return read(news, events, sizeof(events)) > 0 || errno == EINTR;
}

// Watches those that have come since the last look: 0, or the errno for which that is not known.
inline int meet_senders(const Options& options, Senders& senders) {
  while (senders.count < kPeersMax) {
    const pid_t pid = pid_in(options, "senders", senders.count);
    if (pid <= 0) return -pid;
    senders.list[senders.count++] = watch(pid);
  }
  return 0;
}

inline bool have_all_ended(const Options& options, const Senders& senders) {
  if (senders.count < options.senders) return false;
  for (int i = 0; i < senders.count; ++i) {
    if (!is_gone(senders.list[i])) return false;
  }
  return true;
}

}  // namespace messages

// Descriptors: what was done before bytes are written is before what is done after they are read. An end of
// file, or a peer that hung up, tells of a death or a close, and so of all that came before that.
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstdarg>

#include "probe/race/pidfds.h"
#include "probe/race/real.h"
#include "probe/race/runtime.h"

namespace race {
namespace {

constexpr long kProcfs = 0x9fa0;  // statfs(2), PROC_SUPER_MAGIC

bool is_watching() { return shadow != nullptr && !current.is_inside; }

// The two ends of a connection are two objects, and which are a pair is not asked: all sockets are one. Nor
// are those descriptors told apart that have no file (eventfd, signalfd, timerfd): the kernel gives all of
// them one inode.
uint64_t key_of_descriptor(int fd) {
  struct stat file;
  if (fstat(fd, &file) != 0) return 0;
  return S_ISSOCK(file.st_mode) ? mixed(kSockets, 0, 0) : mixed(kDescriptor, file.st_dev, file.st_ino);
}

void before_sending(int fd) {
  if (!is_watching()) return;
  const int saved_errno = errno;
  const uint64_t key = key_of_descriptor(fd);
  if (key != 0) release(key);
  errno = saved_errno;
}

// What /proc tells of a process may be that it is dead.
bool is_procfs(int fd) {
  struct statfs system;
  return fstatfs(fd, &system) == 0 && system.f_type == kProcfs;
}

void learn_from(int fd, bool is_end) {
  if (!is_watching()) return;
  const int saved_errno = errno;
  const uint64_t key = key_of_descriptor(fd);
  if (key != 0) acquire(key);
  if (is_end || is_procfs(fd)) acquire_the_dead();
  errno = saved_errno;
}

ssize_t after_reading(ssize_t count, int fd) {
  if (count >= 0) learn_from(fd, count == 0);
  if (count < 0 && errno == ECONNRESET) learn_from(fd, true);
  return count;
}

ssize_t after_writing(ssize_t count, int fd) {
  if (count < 0 && errno == EPIPE) learn_from(fd, true);
  return count;
}

int polled(int count, const struct pollfd* files, nfds_t file_count) {
  if (!is_watching() || count <= 0) return count;
  for (nfds_t i = 0; i < file_count; ++i) {
    if (files[i].revents == 0) continue;
    const pid_t pid = process_of_pidfd(files[i].fd);
    if (pid != 0) acquire_process(pid);
    if (pid == 0) learn_from(files[i].fd, (files[i].revents & (POLLHUP | POLLERR)) != 0);
  }
  return count;
}

uint64_t key_of_locks(int fd) {
  struct stat file;
  return fstat(fd, &file) == 0 ? mixed(kFileLock, file.st_dev, file.st_ino) : 0;
}

// A lock on a file is let go by its owner's end as well. Ranges are not told apart, and neither are those who
// share a lock.
int locked(int status, int fd, bool is_letting_go, bool is_shared) {
  if (!is_watching() || status != 0 || is_letting_go) return status;
  const int saved_errno = errno;
  const uint64_t key = key_of_locks(fd);
  acquire(key);
  acquire_from_dead_owner(key);
  const bool has_several = is_shared || owner_of(key) == kSeveral;
  if (self() != nullptr) set_owner(key, has_several ? kSeveral : own_mark());
  errno = saved_errno;
  return status;
}

void before_letting_go(int fd) {
  if (!is_watching()) return;
  const int saved_errno = errno;
  const uint64_t key = key_of_locks(fd);
  if (key != 0) release(key);
  if (key != 0 && self() != nullptr && owner_of(key) == own_mark()) set_owner(key, 0);
  errno = saved_errno;
}

bool is_lock_command(int command) {
  return command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

int control_locks(int fd, int command, void* argument) {
  if (!is_lock_command(command) || argument == nullptr) return race::real::fcntl(fd, command, argument);
  const short type = static_cast<const struct flock*>(argument)->l_type;
  if (type == F_UNLCK) before_letting_go(fd);
  return locked(race::real::fcntl(fd, command, argument), fd, type == F_UNLCK, type == F_RDLCK);
}

}  // namespace
}  // namespace race

RACE_API ssize_t __wrap_read(int fd, void* room, size_t size) {
  return race::after_reading(race::real::read(fd, room, size), fd);
}
RACE_API ssize_t __wrap_readv(int fd, const struct iovec* rooms, int count) {
  return race::after_reading(race::real::readv(fd, rooms, count), fd);
}
RACE_API ssize_t __wrap_recv(int fd, void* room, size_t size, int flags) {
  return race::after_reading(race::real::recv(fd, room, size, flags), fd);
}
RACE_API ssize_t __wrap_recvfrom(int fd, void* room, size_t size, int flags, struct sockaddr* from,
                                 socklen_t* from_size) {
  return race::after_reading(race::real::recvfrom(fd, room, size, flags, from, from_size), fd);
}
RACE_API ssize_t __wrap_recvmsg(int fd, struct msghdr* message, int flags) {
  return race::after_reading(race::real::recvmsg(fd, message, flags), fd);
}

RACE_API int __wrap_eventfd_read(int fd, eventfd_t* count) {
  const int status = race::real::eventfd_read(fd, count);
  if (status == 0) race::learn_from(fd, false);
  return status;
}
RACE_API int __wrap_eventfd_write(int fd, eventfd_t count) {
  race::before_sending(fd);
  return race::real::eventfd_write(fd, count);
}

RACE_API ssize_t __wrap_write(int fd, const void* bytes, size_t size) {
  race::before_sending(fd);
  return race::after_writing(race::real::write(fd, bytes, size), fd);
}
RACE_API ssize_t __wrap_writev(int fd, const struct iovec* parts, int count) {
  race::before_sending(fd);
  return race::after_writing(race::real::writev(fd, parts, count), fd);
}
RACE_API ssize_t __wrap_send(int fd, const void* bytes, size_t size, int flags) {
  race::before_sending(fd);
  return race::after_writing(race::real::send(fd, bytes, size, flags), fd);
}
RACE_API ssize_t __wrap_sendto(int fd, const void* bytes, size_t size, int flags, const struct sockaddr* to,
                               socklen_t to_size) {
  race::before_sending(fd);
  return race::after_writing(race::real::sendto(fd, bytes, size, flags, to, to_size), fd);
}
RACE_API ssize_t __wrap_sendmsg(int fd, const struct msghdr* message, int flags) {
  race::before_sending(fd);
  return race::after_writing(race::real::sendmsg(fd, message, flags), fd);
}

RACE_API int __wrap_connect(int fd, const struct sockaddr* to, socklen_t to_size) {
  race::before_sending(fd);
  return race::real::connect(fd, to, to_size);
}
RACE_API int __wrap_accept(int fd, struct sockaddr* from, socklen_t* from_size) {
  const int connection = race::real::accept(fd, from, from_size);
  if (connection >= 0) race::learn_from(fd, false);
  return connection;
}
RACE_API int __wrap_accept4(int fd, struct sockaddr* from, socklen_t* from_size, int flags) {
  const int connection = race::real::accept4(fd, from, from_size, flags);
  if (connection >= 0) race::learn_from(fd, false);
  return connection;
}
RACE_API int __wrap_shutdown(int fd, int how) {
  race::before_sending(fd);
  return race::real::shutdown(fd, how);
}

// Also a lock on the file is let go, whichever descriptor of it is closed (fcntl(2)).
RACE_API int __wrap_close(int fd) {
  race::before_sending(fd);
  race::before_letting_go(fd);
  race::forget_pidfd(fd);
  return race::real::close(fd);
}

RACE_API int __wrap_poll(struct pollfd* files, nfds_t count, int patience_ms) {
  return race::polled(race::real::poll(files, count, patience_ms), files, count);
}
RACE_API int __wrap_ppoll(struct pollfd* files, nfds_t count, const struct timespec* patience,
                          const sigset_t* mask) {
  return race::polled(race::real::ppoll(files, count, patience, mask), files, count);
}

RACE_API int __wrap_flock(int fd, int operation) {
  const bool is_letting_go = (operation & LOCK_UN) != 0;
  if (is_letting_go) race::before_letting_go(fd);
  return race::locked(race::real::flock(fd, operation), fd, is_letting_go, (operation & LOCK_SH) != 0);
}
RACE_API int __wrap_lockf(int fd, int command, off_t length) {
  const bool is_letting_go = command == F_ULOCK;
  if (is_letting_go) race::before_letting_go(fd);
  return race::locked(race::real::lockf(fd, command, length), fd, is_letting_go || command == F_TEST, false);
}
RACE_API int __wrap_fcntl(int fd, int command, ...) {
  va_list more;
  va_start(more, command);
  void* argument = va_arg(more, void*);
  va_end(more);
  return race::control_locks(fd, command, argument);
}
RACE_API int __wrap_fcntl64(int fd, int command, ...) {
  va_list more;
  va_start(more, command);
  void* argument = va_arg(more, void*);
  va_end(more);
  return race::control_locks(fd, command, argument);
}

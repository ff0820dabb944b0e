// How much room a link really has: what the kernel says when it is asked at each step, and programs that
// count on more.
#pragma once

#include <limits.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "readiness.h"

namespace streams {

constexpr size_t kPageMax = 65536;  // the largest page of any machine

inline size_t page() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

// Two ends that belong to this process alone and do not block.
struct OwnLink {
  int read_end = -1;
  int write_end = -1;

  bool is_open() const { return read_end >= 0 && write_end >= 0; }
};

inline OwnLink own_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return {};
  return {.read_end = ends[0], .write_end = ends[1]};
}

inline OwnLink own_sockets() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return {};
  return {.read_end = ends[0], .write_end = ends[1]};
}

// So many bytes, or a negative errno.
inline int64_t put(const OwnLink& link, size_t count) {
  static const unsigned char bytes[1 << 20] = {};
  const ssize_t written = write(link.write_end, bytes, count);
  return written < 0 ? -errno : written;
}

inline size_t take(const OwnLink& link, size_t count) {
  static unsigned char bytes[kPageMax];
  const ssize_t got = read(link.read_end, bytes, count < sizeof(bytes) ? count : sizeof(bytes));
  return got < 0 ? 0 : static_cast<size_t>(got);
}

inline void empty(const OwnLink& link) {
  while (take(link, kPageMax) > 0) {
  }
}

inline int64_t queued_in(int fd) {
  int count = 0;
  ioctl(fd, FIONREAD, &count);
  return count;
}

// How many writes of this size succeed; `last` is what the one after them says.
inline int64_t writes_until_full(const OwnLink& link, size_t size, int64_t& last) {
  int64_t writes = 0;
  while ((last = put(link, size)) == static_cast<int64_t>(size)) ++writes;
  return writes;
}

// An errno without its sign, for a call that should have failed; else the count.
inline int64_t error_or_count(int64_t result) { return result < 0 ? -result : result; }

inline int64_t is_writable(const OwnLink& link) {
  const timespec at_once{};
  pollfd looked_at{.fd = link.write_end, .events = POLLOUT, .revents = 0};
  return ppoll(&looked_at, 1, &at_once, nullptr) == 1 ? 1 : 0;
}

// --- a pipe: room is counted in slots of a page

inline void resize_empty(const OwnLink& link, size_t pages) {
  empty(link);
  fcntl(link.write_end, F_SETPIPE_SZ, pages * page());
}

// Writes of a little more than half a page take a slot each; writes of a byte share one.
inline void tell_slots(const OwnLink& link) {
  int64_t last = 0;
  resize_empty(link, 4);
  tell("odd-writes", writes_until_full(link, page() / 2 + 1, last));
  tell("odd-write-when-full", error_or_count(last));
  resize_empty(link, 1);
  tell("bytes-share-a-page", writes_until_full(link, 1, last) == static_cast<int64_t>(page()) ? 1 : 0);
}

// Room comes back when the last byte of a page is read, and not before.
inline void tell_room_coming_back(const OwnLink& link) {
  int64_t last = 0;
  resize_empty(link, 4);
  writes_until_full(link, page(), last);
  take(link, page() - 1);
  tell("writable-before-page", is_writable(link));
  tell("write-before-page", error_or_count(put(link, 1)));
  take(link, 1);
  tell("writable-after-page", is_writable(link));
  tell("write-after-page", error_or_count(put(link, 1)));
}

// All or nothing up to PIPE_BUF, and as much as fits beyond it (pipe(7)).
inline void tell_atomicity(const OwnLink& link) {
  resize_empty(link, 1);
  put(link, page() - PIPE_BUF + 100);
  const int64_t before = queued_in(link.read_end);
  tell("small-that-does-not-fit", error_or_count(put(link, PIPE_BUF)));
  tell("of-which-went", queued_in(link.read_end) - before);
  tell("though-so-much-fits", put(link, PIPE_BUF - 100));
  resize_empty(link, 2);
  put(link, page());
  tell("large-is-partial", put(link, page() + 1) == static_cast<int64_t>(page()) ? 1 : 0);
}

inline bool look_at_own_pipe(Run& run) {
  const OwnLink link = own_pipe();
  if (!link.is_open()) return false;
  tell_slots(link);
  tell_room_coming_back(link);
  tell_atomicity(link);
  close(link.read_end);
  close(link.write_end);
  return set_nonblocking(run);
}

inline bool look_at_room_of_pipe(Run& run) {
  return is_writer(run.options) ? look_at_own_pipe(run) : set_nonblocking(run);
}

inline Program knows_room_of_pipe_program() {
  Program program = nonblocking_program();
  program.prepare = look_at_room_of_pipe;
  return program;
}

// --- a Unix socket: each send is charged with its overhead

inline int64_t room_said(int fd) {
  int room = 0;
  socklen_t length = sizeof(room);
  if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &length) != 0) room = fcntl(fd, F_GETPIPE_SZ);
  return room;
}

inline bool look_at_own_sockets(Run& run) {
  const OwnLink link = own_sockets();
  if (!link.is_open()) return false;
  int64_t last = 0;
  const int64_t bytes = writes_until_full(link, 1, last);
  tell("tiny-when-full", error_or_count(last));
  tell("full-below-a-tenth", bytes * 10 < room_said(link.write_end) ? 1 : 0);
  empty(link);
  const int64_t sent = put(link, 1 << 20);
  tell("large-is-partial", sent > 0 && sent < 1 << 20 ? 1 : 0);
  tell("large-when-full", error_or_count(put(link, 1 << 20)));
  close(link.read_end);
  close(link.write_end);
  return set_nonblocking(run);
}

inline bool look_at_room_of_socket(Run& run) {
  return is_writer(run.options) ? look_at_own_sockets(run) : set_nonblocking(run);
}

inline Program knows_room_of_socket_program() {
  Program program = nonblocking_program();
  program.prepare = look_at_room_of_socket;
  return program;
}

// --- mistake: what is free in bytes can be written

// A write for which there is room in bytes is made without looking; that it fails is the end.
inline int send_on_credit(Run& run, int64_t id, const unsigned char* frame, size_t count, int64_t queued) {
  if (queued + static_cast<int64_t>(count) > room_said(run.fd)) return send_frame(run, id, frame, count);
  const ssize_t written = write(run.fd, frame, count);
  if (written < 0) return errno;
  return send_frame(run, id, frame + written, count - static_cast<size_t>(written));
}

inline int send_into_free_bytes(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  return send_on_credit(run, id, frame, count, queued_in(run.fd));
}

inline Program byte_credit_program() {
  Program program = nonblocking_program();
  program.send_frame = send_into_free_bytes;
  return program;
}

inline int send_by_payload(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  static int64_t sent = 0;
  const int error = send_on_credit(run, id, frame, count, sent);
  sent += static_cast<int64_t>(count);
  return error;
}

inline Program payload_credit_program() {
  Program program = nonblocking_program();
  program.send_frame = send_by_payload;
  return program;
}

// --- mistake: what a write that does not block takes is the whole

inline int write_what_fits(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const ssize_t written = write_some(run, frame, count);
  if (written < 0) return static_cast<int>(-written);
  tell_written(id, static_cast<size_t>(written), count);
  return 0;
}

inline Program partial_is_whole_program() {
  Program program = nonblocking_program();
  program.send_frame = write_what_fits;
  return program;
}

// --- a pipe of one's own that keeps what is to be sent

// Moves everything from the spool to the link.
inline int flush_spool(Run& run, const OwnLink& spool) {
  static unsigned char bytes[kPageMax];
  for (;;) {
    const ssize_t count = read(spool.read_end, bytes, sizeof(bytes));
    if (count < 0) return errno == EAGAIN ? 0 : errno;
    if (const int error = send_frame(run, 0, bytes, static_cast<size_t>(count)); error != 0) return error;
  }
}

inline OwnLink& spool() {
  static OwnLink one = own_pipe();
  return one;
}

// Keeps the frame when there is room, and makes room first when there is none. The last one sends all.
inline int send_through_spool(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  while (write(spool().write_end, frame, count) < 0) {
    if (errno != EAGAIN) return errno;
    if (const int error = flush_spool(run, spool()); error != 0) return error;
  }
  const bool is_last = id == run.options.first + run.options.records - 1;
  return is_last ? flush_spool(run, spool()) : 0;
}

inline Program spools_program() {
  Program program = records_program();
  program.send_frame = send_through_spool;
  return program;
}

// Mistake: counts on room for all of it, so that the write may as well block.
inline bool let_spool_block(Run&) { return fcntl(spool().write_end, F_SETFL, O_WRONLY) == 0; }

inline Program spools_whole_program() {
  Program program = spools_program();
  program.prepare = let_spool_block;
  return program;
}

}  // namespace streams

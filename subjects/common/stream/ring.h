// Links that are read and written by io_uring(7). What the kernel does for the ring is no system call of the
// program: faults at read or write do not see it.
#pragma once

#include <liburing.h>

#include "dialogue.h"
#include "readiness.h"
#include "stoppable.h"

namespace streams {

inline io_uring& ring() {
  static io_uring one;
  return one;
}

inline bool set_up_ring(Run&) {
  HARNESS_NEEDS("io-uring");
  return io_uring_queue_init(8, &ring(), 0) == 0;
}

// The next completion, or null when waiting failed. A signal ends the wait and not the request, which is
// still under way: it must not be made a second time.
inline io_uring_cqe* wait_for_completion() {
  io_uring_cqe* done = nullptr;
  int error = 0;
  while ((error = io_uring_wait_cqe(&ring(), &done)) == -EINTR) tell("interrupted", EINTR);
  return error == 0 ? done : nullptr;
}

// Hands in what is prepared, and waits for its result.
inline int result_of_request() {
  if (const int error = io_uring_submit(&ring()); error < 0) return error;
  io_uring_cqe* done = wait_for_completion();
  if (done == nullptr) return -EIO;
  const int result = done->res;
  io_uring_cqe_seen(&ring(), done);
  return result;
}

// --- of sockets: a send that finds no reader raises no signal

inline ssize_t receive_in_ring(Run& run, unsigned char* bytes, size_t room) {
  io_uring_prep_recv(io_uring_get_sqe(&ring()), run.fd, bytes, room, 0);
  return result_of_request();
}

inline ssize_t send_in_ring(Run& run, const unsigned char* bytes, size_t count) {
  io_uring_prep_send(io_uring_get_sqe(&ring()), run.fd, bytes, count, 0);
  return result_of_request();
}

// --- of anything: a write that finds no reader raises SIGPIPE, as write(2) does

inline ssize_t read_in_ring(Run& run, unsigned char* bytes, size_t room) {
  io_uring_prep_read(io_uring_get_sqe(&ring()), run.fd, bytes, static_cast<unsigned>(room), 0);
  return result_of_request();
}

inline ssize_t write_in_ring(Run& run, const unsigned char* bytes, size_t count) {
  io_uring_prep_write(io_uring_get_sqe(&ring()), run.fd, bytes, static_cast<unsigned>(count), 0);
  return result_of_request();
}

// What the ring takes may be less than what it is given.
template <ssize_t (*send_some)(Run&, const unsigned char*, size_t)>
int send_frame_in_ring(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  for (size_t so_far = 0; so_far < count;) {
    const ssize_t sent = send_some(run, frame + so_far, count - so_far);
    if (sent < 0) return static_cast<int>(-sent);
    so_far += static_cast<size_t>(sent);
    tell_written(id, so_far, count);
  }
  return 0;
}

// SIGPIPE stays as it is: nothing here raises it.
inline bool handle_user_signal(Run&) {
  struct sigaction action {};
  action.sa_handler = take_note;
  return sigaction(SIGUSR1, &action, nullptr) == 0;
}

inline Program ring_program() {
  Program program = records_program();
  program.begin = handle_user_signal;
  program.prepare = set_up_ring;
  program.read_some = receive_in_ring;
  program.send_frame = send_frame_in_ring<send_in_ring>;
  return program;
}

// For pipes, of which the ring cannot receive or send.
inline Program ring_of_pipes_program() {
  Program program = records_program();
  program.prepare = set_up_ring;
  program.read_some = read_in_ring;
  program.send_frame = send_frame_in_ring<write_in_ring>;
  return program;
}

// --- a receive that stays armed, into buffers that the kernel chooses

constexpr unsigned kRingBuffers = 2;
constexpr unsigned kRingBufferSize = 64;

struct Armed {
  io_uring_buf_ring* ring = nullptr;
  bool is_armed = false;
  unsigned char bytes[kRingBuffers][kRingBufferSize] = {};
};

inline Armed& armed() {
  static Armed one;
  return one;
}

inline void give_buffer(unsigned number) {
  io_uring_buf_ring_add(armed().ring, armed().bytes[number], kRingBufferSize,
                        static_cast<unsigned short>(number), io_uring_buf_ring_mask(kRingBuffers), 0);
  io_uring_buf_ring_advance(armed().ring, 1);
}

inline bool set_up_buffers(Run& run) {
  HARNESS_NEEDS("io-uring-multishot");
  void* memory = nullptr;
  if (!set_up_ring(run) || posix_memalign(&memory, 65536, 65536) != 0) return false;
  memset(memory, 0, 65536);
  armed().ring = static_cast<io_uring_buf_ring*>(memory);
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<uint64_t>(memory);
  registration.ring_entries = kRingBuffers;
  if (io_uring_register_buf_ring(&ring(), &registration, 0) != 0) return false;
  for (unsigned i = 0; i < kRingBuffers; ++i) give_buffer(i);
  return true;
}

inline bool arm(Run& run) {
  io_uring_sqe* request = io_uring_get_sqe(&ring());
  io_uring_prep_recv_multishot(request, run.fd, nullptr, 0, 0);
  request->flags |= IOSQE_BUFFER_SELECT;
  request->buf_group = 0;
  armed().is_armed = io_uring_submit(&ring()) >= 0;
  return armed().is_armed;
}

// One completion of the armed receive: its bytes, 0 at the end of the stream, or a negative errno.
inline ssize_t take_completion(unsigned char* bytes) {
  io_uring_cqe* done = wait_for_completion();
  if (done == nullptr) return -EIO;
  const int result = done->res;
  const unsigned flags = done->flags;
  io_uring_cqe_seen(&ring(), done);
  armed().is_armed = (flags & IORING_CQE_F_MORE) != 0;
  if (result > 0) memcpy(bytes, armed().bytes[flags >> IORING_CQE_BUFFER_SHIFT], static_cast<size_t>(result));
  if ((flags & IORING_CQE_F_BUFFER) != 0) give_buffer(flags >> IORING_CQE_BUFFER_SHIFT);
  if (result == -ENOBUFS) tell("no-buffers", ENOBUFS);
  return result;
}

// The receive ends by itself, as when no buffer is left: what is unread stays in the socket, and it is armed
// again.
inline ssize_t receive_armed(Run& run, unsigned char* bytes, size_t) {
  for (;;) {
    if (!armed().is_armed && !arm(run)) return -EIO;
    const ssize_t result = take_completion(bytes);
    if (result != -ENOBUFS) return result;
  }
}

inline Program ring_multishot_program() {
  Program program = ring_program();
  program.prepare = set_up_buffers;
  program.read_some = receive_armed;
  return program;
}

// --- a reader that is told to stop while a receive is under way: what that has taken is still delivered

inline bool listen_to_stop_in_ring(Run&) { return listen_to_stop(0); }

// Closing a descriptor ends no request: that is cancelled, and waited for.
inline ssize_t give_up_request(Run& run) {
  io_uring_sqe* request = io_uring_get_sqe(&ring());
  io_uring_prep_cancel(request, &ring(), 0);
  io_uring_sqe_set_data(request, nullptr);
  if (io_uring_submit(&ring()) < 0) return -EIO;
  ssize_t result = -ECANCELED;
  for (int i = 0; i < 2; ++i) {
    io_uring_cqe* done = wait_for_completion();
    if (done == nullptr) return -EIO;
    if (io_uring_cqe_get_data(done) != nullptr) result = done->res;
    io_uring_cqe_seen(&ring(), done);
  }
  close(run.fd);
  HARNESS_PROBE("link.given-up");
  return result;
}

inline ssize_t close_only(Run& run) {
  close(run.fd);
  HARNESS_PROBE("link.given-up");
  return -ECANCELED;
}

template <ssize_t (*give_up)(Run&)>
ssize_t receive_unless_told(Run& run, unsigned char* bytes, size_t room) {
  io_uring_sqe* request = io_uring_get_sqe(&ring());
  io_uring_prep_recv(request, run.fd, bytes, room, 0);
  io_uring_sqe_set_data(request, &ring());
  if (io_uring_submit(&ring()) < 0) return -EIO;
  io_uring_cqe* done = nullptr;
  if (io_uring_wait_cqe(&ring(), &done) == -EINTR) return give_up(run);
  if (done == nullptr) return -EIO;
  const int result = done->res;
  io_uring_cqe_seen(&ring(), done);
  return result;
}

inline Program ring_stoppable_program() {
  Program program = ring_program();
  program.begin = listen_to_stop_in_ring;
  program.read_some = receive_unless_told<give_up_request>;
  program.receive_all = receive_until_told;
  return program;
}

// --- mistake: closes the descriptor, and takes the receive for cancelled (it takes what is sent next)

inline Program close_is_cancel_program() {
  Program program = ring_stoppable_program();
  program.read_some = receive_unless_told<close_only>;
  return program;
}

// --- mistake: what the ring has sent is taken for the whole

inline int send_once_in_ring(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const ssize_t sent = send_in_ring(run, frame, count);
  if (sent < 0) return static_cast<int>(-sent);
  tell_written(id, static_cast<size_t>(sent), count);
  return 0;
}

inline Program short_send_is_whole_program() {
  Program program = ring_program();
  program.send_frame = send_once_in_ring;
  return program;
}

// --- mistake: takes an interrupted wait for an interrupted receive, and makes that a second time

inline ssize_t receive_again_after_eintr(Run& run, unsigned char* bytes, size_t room) {
  for (;;) {
    io_uring_prep_recv(io_uring_get_sqe(&ring()), run.fd, bytes, room, 0);
    if (io_uring_submit(&ring()) < 0) return -EIO;
    io_uring_cqe* done = nullptr;
    if (io_uring_wait_cqe(&ring(), &done) != 0) continue;
    const int result = done->res;
    io_uring_cqe_seen(&ring(), done);
    return result;
  }
}

inline Program resubmits_on_eintr_program() {
  Program program = ring_program();
  program.read_some = receive_again_after_eintr;
  return program;
}

// --- mistake: writes by the ring, "which raises no signals"

inline Program ring_raises_nothing_program() {
  Program program = ring_program();
  program.send_frame = send_frame_in_ring<write_in_ring>;
  return program;
}

// --- mistake: does not look whether the receive is still armed

inline ssize_t receive_armed_once(Run& run, unsigned char* bytes, size_t) {
  static bool was_armed = false;
  if (!was_armed && !arm(run)) return -EIO;
  was_armed = true;
  for (;;) {
    const ssize_t result = take_completion(bytes);
    if (result != -ENOBUFS) return result;
  }
}

inline Program one_shot_multishot_program() {
  Program program = ring_multishot_program();
  program.read_some = receive_armed_once;
  return program;
}

// --- mistake: a receive that has ended is taken for the end of the stream

inline ssize_t receive_until_not_armed(Run& run, unsigned char* bytes, size_t) {
  if (!armed().is_armed && !arm(run)) return -EIO;
  const ssize_t result = take_completion(bytes);
  return result == -ENOBUFS ? 0 : result;
}

inline Program disarmed_is_end_program() {
  Program program = ring_multishot_program();
  program.read_some = receive_until_not_armed;
  return program;
}

// --- mistake: takes requests until a receive says EAGAIN, as after an event of epoll; the ring never says
// that

inline bool set_up_ring_of_nonblocking(Run& run) { return set_nonblocking(run) && set_up_ring(run); }

inline Program ring_of_nonblocking_program() {
  Program program = ring_program();
  program.prepare = set_up_ring_of_nonblocking;
  return program;
}

inline int serve_until_eagain(Run& run) {
  for (;;) {
    int64_t ids[64];
    int count = 0;
    int64_t id = 0;
    while (count < 64 && (id = run.program.receive_frame(run)) > 0) {
      harness_observe("served", 1, &id);
      ids[count++] = id;
    }
    for (int i = 0; i < count; ++i) {
      if (send_with_id(run, ids[i]) != 0) return kCannotSend;
      harness_observe("answered", 1, &ids[i]);
    }
    if (id == 0) return kDone;
    if (id < 0 && id != -EAGAIN) return kCannotReceive;
  }
}

}  // namespace streams

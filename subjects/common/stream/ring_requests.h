// More ways to use an io_uring: requests in chains, from threads, and more at a time than its completion
// queue holds.
#pragma once

#include <pthread.h>

#include "ring.h"

namespace streams {

// --- a header and its body in one chain (IOSQE_IO_LINK)

// One of the two requests of a chain.
using Prepare = void (*)(io_uring_sqe* request, int fd, unsigned char* bytes, size_t room);

inline void prepare_read(io_uring_sqe* request, int fd, unsigned char* bytes, size_t room) {
  io_uring_prep_read(request, fd, bytes, static_cast<unsigned>(room), 0);
}

// Without MSG_WAITALL a receive that comes short is as good as a whole one, and its chain goes on.
inline void prepare_receive(io_uring_sqe* request, int fd, unsigned char* bytes, size_t room) {
  io_uring_prep_recv(request, fd, bytes, room, 0);
}

inline void prepare_whole_receive(io_uring_sqe* request, int fd, unsigned char* bytes, size_t room) {
  io_uring_prep_recv(request, fd, bytes, room, MSG_WAITALL);
}

// What came of the two: bytes, 0 at the end of the stream, or a negative errno.
struct Chain {
  size_t header_wanted = 0;
  int header = 0;
  int body = 0;
};

template <Prepare prepare>
Chain read_in_chain(Run& run, unsigned char* bytes, size_t header_wanted, size_t body_wanted) {
  Chain chain{.header_wanted = header_wanted, .header = -EIO, .body = -EIO};
  int* const results[] = {&chain.header, &chain.body};
  io_uring_sqe* request = io_uring_get_sqe(&ring());
  prepare(request, run.fd, bytes, header_wanted);
  request->flags |= IOSQE_IO_LINK;
  io_uring_sqe_set_data(request, results[0]);
  request = io_uring_get_sqe(&ring());
  prepare(request, run.fd, bytes + header_wanted, body_wanted);
  io_uring_sqe_set_data(request, results[1]);
  if (io_uring_submit(&ring()) < 0) return chain;
  for (int i = 0; i < 2; ++i) {
    io_uring_cqe* done = wait_for_completion();
    if (done == nullptr) break;
    *static_cast<int*>(io_uring_cqe_get_data(done)) = done->res;
    io_uring_cqe_seen(&ring(), done);
  }
  return chain;
}

// A header that comes short ends its chain: the body is cancelled, and nothing of it was read.
inline ssize_t bytes_of(const Chain& chain) {
  if (chain.header < static_cast<int>(chain.header_wanted) || chain.body <= 0) return chain.header;
  return chain.header + chain.body;
}

// Reads what is missing of a frame of which `room` bytes are missing.
template <Prepare prepare, ssize_t (*judge)(const Chain&)>
ssize_t read_rest_of_frame(Run& run, unsigned char* bytes, size_t room) {
  const auto body_size = static_cast<size_t>(run.options.size);
  if (room > body_size) return judge(read_in_chain<prepare>(run, bytes, room - body_size, body_size));
  prepare(io_uring_get_sqe(&ring()), run.fd, bytes, room);
  return result_of_request();
}

// All frames have the same size: no more than one is ever read.
inline int receive_frames(Run& run) {
  static unsigned char frame[kFrameMax];
  Inbox inbox{.bytes = frame};
  for (;;) {
    const ssize_t count = run.program.read_some(run, frame + inbox.count, frame_size(run) - inbox.count);
    if (count < 0) return fail_receiving(count);
    if (count == 0) return run.program.finish_receiving(run, frame, inbox.count);
    inbox.count += static_cast<size_t>(count);
    take_records(run, inbox);
    if (inbox.is_broken) return kBadRecord;
  }
}

template <Prepare prepare, ssize_t (*judge)(const Chain&)>
Program chain_program() {
  Program program = records_program();
  program.prepare = set_up_ring;
  program.read_some = read_rest_of_frame<prepare, judge>;
  program.receive_all = receive_frames;
  return program;
}

// --- mistake: believes that a receive that comes short breaks its chain, as a read does

inline ssize_t whole_unless_cancelled(const Chain& chain) {
  if (chain.header <= 0 || chain.body == -ECANCELED) return chain.header;
  return chain.body < 0 ? chain.body : static_cast<ssize_t>(chain.header_wanted) + chain.body;
}

// --- mistake: takes a body that was cancelled for the end of the stream

inline ssize_t end_if_cancelled(const Chain& chain) { return chain.body == -ECANCELED ? 0 : bytes_of(chain); }

// --- requests that threads make

// One request, which a thread of its own makes.
struct Errand {
  Run& run;
  unsigned char* bytes;
  size_t room;
  int result = 0;
};

// A request that waits for its descriptor is gone on with by the thread that made it, so that waits as well.
inline void* make_and_await(void* given) {
  auto& errand = *static_cast<Errand*>(given);
  io_uring_prep_recv(io_uring_get_sqe(&ring()), errand.run.fd, errand.bytes, errand.room, 0);
  errand.result = result_of_request();
  return nullptr;
}

inline void* make_and_leave(void* given) {
  auto& errand = *static_cast<Errand*>(given);
  io_uring_prep_recv(io_uring_get_sqe(&ring()), errand.run.fd, errand.bytes, errand.room, 0);
  errand.result = io_uring_submit(&ring());
  return nullptr;
}

inline bool send_thread(void* (*work)(void*), Errand& errand) {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, work, &errand) != 0) return false;
  pthread_join(thread, nullptr);
  HARNESS_PROBE("thread.ended");
  return errand.result >= 0;
}

inline ssize_t receive_by_waiting_thread(Run& run, unsigned char* bytes, size_t room) {
  Errand errand{.run = run, .bytes = bytes, .room = room};
  send_thread(make_and_await, errand);
  return errand.result;
}

// What a thread that has ended asked for comes to ECANCELED, when there is something: not a byte of it was
// read.
inline ssize_t receive_by_ended_thread(Run& run, unsigned char* bytes, size_t room) {
  Errand errand{.run = run, .bytes = bytes, .room = room};
  if (!send_thread(make_and_leave, errand)) return -EIO;
  io_uring_cqe* done = wait_for_completion();
  if (done == nullptr) return -EIO;
  const int result = done->res;
  io_uring_cqe_seen(&ring(), done);
  if (result == -ECANCELED) tell("cancelled", ECANCELED);
  return result;
}

inline ssize_t receive_again_if_cancelled(Run& run, unsigned char* bytes, size_t room) {
  const ssize_t result = receive_by_ended_thread(run, bytes, room);
  return result == -ECANCELED ? receive_in_ring(run, bytes, room) : result;
}

template <ssize_t (*receive)(Run&, unsigned char*, size_t)>
Program ring_of_threads_program() {
  Program program = records_program();
  program.prepare = set_up_ring;
  program.read_some = receive;
  return program;
}

// --- all records under way at a time: their completions are more than the queue holds

constexpr int kBatchMax = 64;
constexpr size_t kBatchFrameMax = 256;

// Frames that are handed in and whose completions nobody has looked at yet.
struct Batch {
  unsigned char frames[kBatchMax][kBatchFrameMax];
  size_t sizes[kBatchMax] = {};
  bool is_done[kBatchMax] = {};
  int count = 0;
};

inline Batch& batch() {
  static Batch one;
  return one;
}

// One at a time, so that they stay in their order.
inline int hand_in(Run& run, int number) {
  io_uring_sqe* request = io_uring_get_sqe(&ring());
  io_uring_prep_send(request, run.fd, batch().frames[number], batch().sizes[number], MSG_WAITALL);
  request->user_data = static_cast<uint64_t>(number);
  const int handed_in = io_uring_submit(&ring());
  return handed_in < 0 ? -handed_in : 0;
}

// 0, or the errno of a frame that is not out as a whole.
inline int take_note_of(io_uring_cqe* done) {
  const auto number = static_cast<int>(done->user_data);
  const int result = done->res;
  io_uring_cqe_seen(&ring(), done);
  batch().is_done[number] = true;
  if (result < 0) return -result;
  return static_cast<size_t>(result) == batch().sizes[number] ? 0 : EMSGSIZE;
}

// What the queue did not hold the kernel has kept, and hands out when there is room: as many come as were
// handed in.
inline int await_all(Run&) {
  tell("in-queue", static_cast<int>(io_uring_cq_ready(&ring())));
  int error = 0;
  for (int i = 0; i < batch().count && error == 0; ++i) {
    io_uring_cqe* done = wait_for_completion();
    error = done == nullptr ? EIO : take_note_of(done);
  }
  if (error == 0) tell("completions", batch().count);
  return error;
}

template <int (*collect)(Run&)>
int send_in_batch(Run& run, int64_t, const unsigned char* frame, size_t size) {
  Batch& all = batch();
  if (size > kBatchFrameMax || all.count == kBatchMax) return EMSGSIZE;
  memcpy(all.frames[all.count], frame, size);
  all.sizes[all.count] = size;
  if (const int error = hand_in(run, all.count++); error != 0) return error;
  return all.count == run.options.records ? collect(run) : 0;
}

template <int (*collect)(Run&)>
Program batch_program() {
  Program program = ring_program();
  program.send_frame = send_in_batch<collect>;
  return program;
}

// --- mistake: takes a full completion queue for all that there is, and sends the others again

inline int send_again_what_is_missing(Run& run) {
  Batch& all = batch();
  for (unsigned ready = io_uring_cq_ready(&ring()); ready > 0; --ready) {
    io_uring_cqe* done = wait_for_completion();
    if (done == nullptr) return EIO;
    if (const int error = take_note_of(done); error != 0) return error;
  }
  for (int i = 0; i < all.count; ++i) {
    if (all.is_done[i]) continue;
    if (const int error = hand_in(run, i); error != 0) return error;
  }
  return 0;
}

// --- mistake: looks at as many completions as the queue has places, and calls the rest failed

inline int give_up_what_is_missing(Run&) {
  const unsigned places = *ring().cq.kring_entries;
  for (unsigned i = 0; i < places && static_cast<int>(i) < batch().count; ++i) {
    io_uring_cqe* done = wait_for_completion();
    if (done == nullptr) return EIO;
    if (const int error = take_note_of(done); error != 0) return error;
  }
  return batch().count > static_cast<int>(places) ? EBUSY : 0;
}

}  // namespace streams

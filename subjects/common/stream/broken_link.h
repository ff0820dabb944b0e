// Writers that learn of a reader's end each in their own way, and the tools that are not for that.
#pragma once

#include <pthread.h>

#include <ctime>

#include "program.h"
#include "writer_mistakes.h"

namespace streams {

// --- MSG_NOSIGNAL: for sockets, and for nothing else (send(2))

inline int send_quietly(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  size_t so_far = 0;
  while (so_far < count) {
    const ssize_t sent = send(run.fd, frame + so_far, count - so_far, MSG_NOSIGNAL);
    if (sent < 0 && !was_interrupted()) return errno;
    if (sent > 0) so_far += static_cast<size_t>(sent);
    tell_written(id, so_far, count);
  }
  return 0;
}

inline Program sends_quietly_program() {
  Program program = dies_of_sigpipe_program();
  program.send_frame = send_quietly;
  return program;
}

// --- a pipe that is asked what only a socket does, and then what a pipe does (pipe(7), fcntl(2))

constexpr int kRoom = 4096;

inline int64_t error_of(ssize_t result) { return result < 0 ? errno : 0; }

inline bool try_tools(Run& run) {
  if (!is_writer(run.options)) return true;
  const int room = kRoom;
  tell("send", error_of(send(run.fd, "x", 1, MSG_NOSIGNAL)));
  tell("buffer-by-socket-option", error_of(setsockopt(run.fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room))));
  tell("buffer-by-pipe-size", error_of(fcntl(run.fd, F_SETPIPE_SZ, kRoom)));
  tell("write-of-nothing", write(run.fd, "", 0));
  return true;
}

inline Program pipe_tools_program() {
  Program program = records_program();
  program.prepare = try_tools;
  return program;
}

// --- mistake: the room of a pipe is asked for as that of a socket

inline bool size_as_socket(Run& run) {
  const int room = kRoom;
  return setsockopt(run.fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) == 0;
}

inline Program sizes_as_socket_program() {
  Program program = records_program();
  program.prepare = size_as_socket;
  return program;
}

// --- a look at the reader before each record: poll's ERR tells, a write of nothing does not

inline int64_t state_of_writing_end(int fd) {
  const timespec at_once{};
  pollfd looked_at{.fd = fd, .events = POLLOUT, .revents = 0};
  return ppoll(&looked_at, 1, &at_once, nullptr) < 0 ? -errno : looked_at.revents;
}

inline int send_after_look(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  tell("write-of-nothing", write(run.fd, "", 0));
  const int64_t state = state_of_writing_end(run.fd);
  if ((state & POLLERR) == 0) return send_frame(run, id, frame, count);
  tell("state", state);
  return EPIPE;
}

inline Program looks_first_program() {
  Program program = records_program();
  program.send_frame = send_after_look;
  return program;
}

inline int send_after_nothing(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const ssize_t nothing = write(run.fd, "", 0);
  tell("write-of-nothing", nothing);
  return nothing == 0 ? send_frame(run, id, frame, count) : EPIPE;
}

inline Program pings_with_nothing_program() {
  Program program = dies_of_sigpipe_program();
  program.send_frame = send_after_nothing;
  return program;
}

// --- SIGPIPE is for the thread that writes: a thread that blocks it finds it pending, and no other does

inline sigset_t only_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

inline bool block_sigpipe(Run&) {
  const sigset_t set = only_sigpipe();
  struct sigaction action {};
  action.sa_handler = take_note;
  return signal(SIGPIPE, SIG_DFL) != SIG_ERR && sigaction(SIGUSR1, &action, nullptr) == 0 &&
         pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0;
}

inline int64_t is_sigpipe_pending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE);
}

inline void* look_from_another_thread(void*) {
  tell("pending-elsewhere", is_sigpipe_pending());
  return nullptr;
}

inline void look_elsewhere() {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, look_from_another_thread, nullptr) == 0) pthread_join(thread, nullptr);
}

// The signal that comes with EPIPE is taken away, so that it strikes nobody later.
inline int send_and_take_sigpipe(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const int error = send_frame(run, id, frame, count);
  if (error != EPIPE) return error;
  tell("pending-here", is_sigpipe_pending());
  look_elsewhere();
  const sigset_t set = only_sigpipe();
  const timespec at_once{};
  tell("taken", sigtimedwait(&set, nullptr, &at_once));
  return error;
}

inline Program takes_sigpipe_program() {
  Program program = records_program();
  program.begin = block_sigpipe;
  program.send_frame = send_and_take_sigpipe;
  return program;
}

// --- mistake: leaves it to another thread to be told of the broken link

inline volatile sig_atomic_t is_broken_by_signal = 0;

inline void* await_sigpipe(void*) {
  const sigset_t set = only_sigpipe();
  int taken = 0;
  sigwait(&set, &taken);
  is_broken_by_signal = 1;
  return nullptr;
}

inline bool leave_sigpipe_to_a_thread(Run& run) {
  pthread_t thread;
  return block_sigpipe(run) &&
         (!is_writer(run.options) || pthread_create(&thread, nullptr, await_sigpipe, nullptr) == 0);
}

inline int send_until_signalled(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const int error = send_frame(run, id, frame, count);
  if (is_broken_by_signal != 0) return EPIPE;
  return error == EPIPE || error == ECONNRESET ? 0 : error;
}

inline Program awaits_sigpipe_elsewhere_program() {
  Program program = records_program();
  program.begin = leave_sigpipe_to_a_thread;
  program.send_frame = send_until_signalled;
  return program;
}

}  // namespace streams

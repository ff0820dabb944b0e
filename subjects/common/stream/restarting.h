// Programs whose handler is installed with SA_RESTART: which calls the kernel then takes up again, and which
// it does not (signal(7)).
#pragma once

#include "readiness.h"
#include "writer_mistakes.h"

namespace streams {

inline bool handle_and_restart(Run&) {
  struct sigaction action {};
  action.sa_handler = take_note;
  action.sa_flags = SA_RESTART;
  return signal(SIGPIPE, SIG_IGN) != SIG_ERR && sigaction(SIGUSR1, &action, nullptr) == 0;
}

// A blocking write that has moved some bytes ends with their count when a signal comes, SA_RESTART or not.
inline int send_cut_frame(Run& run, int64_t id, const unsigned char* frame, size_t count) {
  const ssize_t written = write_some(run, frame, count);
  if (written < 0) return static_cast<int>(-written);
  if (static_cast<size_t>(written) < count) tell("cut", 1);
  tell_written(id, static_cast<size_t>(written), count);
  return send_frame(run, id, frame + written, count - static_cast<size_t>(written));
}

inline Program restarting_program() {
  Program program = records_program();
  program.begin = handle_and_restart;
  program.send_frame = send_cut_frame;
  return program;
}

inline Program restarting_poll_program() {
  Program program = nonblocking_program();
  program.begin = handle_and_restart;
  return program;
}

inline Program restarting_epoll_program() {
  Program program = edge_triggered_program();
  program.begin = handle_and_restart;
  return program;
}

// --- mistake: "SA_RESTART is set, so a blocking write is whole"

inline Program restart_is_whole_program() {
  Program program = restarting_program();
  program.send_frame = write_once;
  return program;
}

// --- mistake: "SA_RESTART is set, so a wait ends only when there is something to read"

inline ssize_t read_after_one_wait(Run& run, unsigned char* bytes, size_t room) {
  pollfd waiting{.fd = run.fd, .events = POLLIN, .revents = 0};
  if (ppoll(&waiting, 1, nullptr, nullptr) < 0) return -errno;
  const ssize_t count = read(run.fd, bytes, room);
  return count < 0 ? -errno : count;
}

inline Program wait_is_restarted_program() {
  Program program = restarting_poll_program();
  program.read_some = read_after_one_wait;
  return program;
}

}  // namespace streams

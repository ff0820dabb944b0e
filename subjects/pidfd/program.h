// A parent that starts a worker, and a monitor that watches the worker without being its parent.
//
//     PROGRAM parent|reaper|monitor|stopper --at DIRECTORY
//
// The worker ends of itself in the middle of its job. A parent that is busy does not reap it: it is a zombie
// then. One that reaps it starts another child, which gets the same process id by chance; here by design
// (clone(2), set_tid). The monitor does the worker's job when the worker has ended, and stops it when it is
// told to.
#pragma once

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "probe/probe.h"

namespace liveness {

// Exit statuses.
constexpr int kDone = 0;
constexpr int kInnocentHit = 1;  // the parent: its second child was ended by the monitor
constexpr int kUsage = 2;
constexpr int kNotDone = 3;  // the monitor: the job is not done, and nobody does it

constexpr size_t kPathMax = 256;

// The worker, as the monitor knows it.
struct Worker {
  pid_t pid = 0;
  int fd = -1;  // a pidfd
};

// What a variant does in its own way.
struct Program {
  bool (*has_ended)(const Worker& worker);
  bool (*stop)(const Worker& worker);
};

inline int pidfd_of(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

// --- the right way: a pidfd is of one process for ever, and readable once that has ended (pidfd_open(2))

inline bool is_readable(const Worker& worker) {
  pollfd waiting{.fd = worker.fd, .events = POLLIN, .revents = 0};
  const timespec at_once{};
  return ppoll(&waiting, 1, &at_once, nullptr) == 1;
}

inline bool stop_by_pidfd(const Worker& worker) {
  return syscall(SYS_pidfd_send_signal, worker.fd, SIGKILL, nullptr, 0) == 0;
}

inline Program pidfd_program() { return {.has_ended = is_readable, .stop = stop_by_pidfd}; }

// --- mistakes

// A zombie still has its process id, and takes signals.
inline bool takes_no_signal(const Worker& worker) { return kill(worker.pid, 0) != 0; }

inline Program asks_by_kill_program() {
  Program program = pidfd_program();
  program.has_ended = takes_no_signal;
  return program;
}

// A process id that was reaped may be another's.
inline bool stop_by_number(const Worker& worker) { return kill(worker.pid, SIGKILL) == 0; }

inline Program stops_by_number_program() {
  Program program = pidfd_program();
  program.stop = stop_by_number;
  return program;
}

// --- the parent

inline void path_of(const char* directory, const char* name, char (&path)[kPathMax]) {
  snprintf(path, kPathMax, "%s/%s", directory, name);
}

inline bool write_pid(const char* directory, const char* name, pid_t pid) {
  char path[kPathMax];
  path_of(directory, name, path);
  const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const bool is_written = fd >= 0 && write(fd, &pid, sizeof(pid)) == static_cast<ssize_t>(sizeof(pid));
  if (fd >= 0) close(fd);
  return is_written;
}

inline pid_t read_pid(const char* directory, const char* name) {
  char path[kPathMax];
  path_of(directory, name, path);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  pid_t pid = 0;
  if (fd < 0 || read(fd, &pid, sizeof(pid)) != static_cast<ssize_t>(sizeof(pid))) pid = 0;
  if (fd >= 0) close(fd);
  return pid;
}

// Two pipes hold the children: the worker until it may end, the innocent until the monitor is done.
struct Gate {
  int ends[2] = {-1, -1};
};

inline bool make(Gate& gate) { return pipe2(gate.ends, O_CLOEXEC) == 0; }

// Whoever has no copy of the write end waits here until it is opened.
inline void pass(Gate& gate) {
  close(gate.ends[1]);
  char byte = 0;
  while (read(gate.ends[0], &byte, 1) < 0 && errno == EINTR) {
  }
}

inline void open_gate(Gate& gate) { close(gate.ends[1]); }

inline pid_t fork_with_id(pid_t wanted) {
  clone_args how{};
  how.exit_signal = SIGCHLD;
  how.set_tid = reinterpret_cast<uint64_t>(&wanted);
  how.set_tid_size = 1;
  return static_cast<pid_t>(syscall(SYS_clone3, &how, sizeof(how)));
}

// `wanted` is the child's process id; 0: any.
inline pid_t start_child(Gate& gate, pid_t wanted) {
  const pid_t child = wanted == 0 ? fork() : fork_with_id(wanted);
  if (child == 0) {
    pass(gate);
    _exit(0);
  }
  return child;
}

inline void wait_for_end_of_process(pid_t pid) {
  const int fd = pidfd_of(pid);
  if (fd < 0) return;
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  while (ppoll(&waiting, 1, nullptr, nullptr) < 0) {
  }
  close(fd);
}

inline bool reap(pid_t pid, int& status) {
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

// The worker is dead and not reaped, until the monitor has ended.
inline void be_busy(const char* directory) {
  HARNESS_PROBE("worker.dead");
  wait_for_end_of_process(read_pid(directory, "monitor"));
}

// Another child has the worker's id, until the monitor has ended.
inline int reuse_pid(const char* directory, pid_t worker) {
  int status = 0;
  if (!reap(worker, status)) return kUsage;
  Gate gate;
  if (!make(gate)) return kUsage;
  const pid_t innocent = start_child(gate, worker);
  if (innocent != worker) return kUsage;
  HARNESS_PROBE("pid.reused");
  wait_for_end_of_process(read_pid(directory, "monitor"));
  open_gate(gate);
  return reap(innocent, status) && WIFEXITED(status) ? kDone : kInnocentHit;
}

inline int work_as_parent(const char* directory) {
  Gate gate;
  if (!make(gate)) return kUsage;
  const pid_t worker = start_child(gate, 0);
  if (worker < 0 || !write_pid(directory, "worker", worker)) return kUsage;
  HARNESS_PROBE("worker.started");
  open_gate(gate);
  wait_for_end_of_process(worker);
  be_busy(directory);
  return kDone;
}

inline int work_as_reaper(const char* directory) {
  Gate gate;
  if (!make(gate)) return kUsage;
  const pid_t worker = start_child(gate, 0);
  if (worker < 0 || !write_pid(directory, "worker", worker)) return kUsage;
  HARNESS_PROBE("worker.started");
  open_gate(gate);
  wait_for_end_of_process(worker);
  return reuse_pid(directory, worker);
}

// --- the monitor

inline Worker find_worker(const char* directory) {
  const pid_t pid = read_pid(directory, "worker");
  return {.pid = pid, .fd = pid > 0 ? pidfd_of(pid) : -1};
}

// Does the worker's job, if the worker cannot do it any more; else relies on it.
inline int take_over(const Program& program, const Worker& worker) {
  harness_invoke("job", 1);
  const bool has_ended = program.has_ended(worker);
  const int64_t told = has_ended ? 1 : 0;
  harness_observe("seen-dead", 1, &told);
  if (!has_ended) {
    harness_fail("job", 1, EBUSY);
    return kNotDone;
  }
  harness_ok("job", 1, 0);
  return kDone;
}

inline int work_as_monitor(const Program& program, const char* directory) {
  if (!write_pid(directory, "monitor", getpid())) return kUsage;
  const Worker worker = find_worker(directory);
  if (worker.fd < 0) return kUsage;
  HARNESS_PROBE("worker.known");
  return take_over(program, worker);
}

inline int work_as_stopper(const Program& program, const char* directory) {
  if (!write_pid(directory, "monitor", getpid())) return kUsage;
  const Worker worker = find_worker(directory);
  if (worker.fd < 0) return kUsage;
  HARNESS_PROBE("worker.known");
  const int64_t hit = program.stop(worker) ? 1 : 0;
  harness_observe("stopped", 1, &hit);
  return kDone;
}

inline int run(const Program& program, int argc, char** argv) {
  if (argc != 4 || strcmp(argv[2], "--at") != 0) return kUsage;
  if (strcmp(argv[1], "parent") == 0) return work_as_parent(argv[3]);
  if (strcmp(argv[1], "reaper") == 0) return work_as_reaper(argv[3]);
  if (strcmp(argv[1], "monitor") == 0) return work_as_monitor(program, argv[3]);
  if (strcmp(argv[1], "stopper") == 0) return work_as_stopper(program, argv[3]);
  return kUsage;
}

}  // namespace liveness

// Queue: numbered messages, sent as signals that carry a value. The receiver has all signals blocked and
// takes them one by one; SIGTERM says that no more will be sent.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <initializer_list>

#include "handling.h"

namespace signals {

constexpr int kMessages = 6;
// Of pending signals, in a program that asks for a limit. What is pending for others of the same user counts
// as well (getrlimit(2), RLIMIT_SIGPENDING), so that there may be room for fewer.
constexpr rlim_t kLimit = 3;

struct Queue {
  // Which signal carries a message.
  int (*number_for)(int message);
  // 0, or the errno with which the kernel refused the message.
  int (*send)(pid_t receiver, int number, int message);
  // Takes messages until the end has been told, and then what is left.
  int (*receive_all)();
  bool blocks = true;  // the receiver blocks the signals before it says where it is
  bool is_limited =
      false;  // no more than kRoom may be added to those that are pending (getrlimit(2), RLIMIT_SIGPENDING)
};

// SIGTERM and those that carry messages. Not all that there are: SIGCONT comes to whoever was stopped.
inline sigset_t carrying_signals() {
  sigset_t set = only(SIGTERM);
  for (const int number : {SIGUSR1, SIGRTMIN + 1, SIGRTMIN + 2}) sigaddset(&set, number);
  return set;
}

inline int by_one_number(int) { return SIGRTMIN + 1; }

inline int send_and_check(pid_t receiver, int number, int message) {
  return sigqueue(receiver, number, sigval{.sival_int = message}) == 0 ? 0 : errno;
}

inline void tell_received(int message) { harness_ok("receive", message, 1); }

// The kernel hands out the lowest number first: SIGTERM comes before what was sent before it.
inline int receive_by_waiting() {
  const sigset_t wanted = carrying_signals();
  siginfo_t info{};
  for (bool has_ended = false;;) {
    const timespec at_once{0, 0};
    const int number = has_ended ? sigtimedwait(&wanted, &info, &at_once) : sigwaitinfo(&wanted, &info);
    if (number == SIGTERM) has_ended = true;
    if (number < 0 && has_ended && errno == EAGAIN) break;
    if (number > 0 && number != SIGTERM) tell_received(info.si_value.sival_int);
  }
  const int64_t is_whole = 1;
  harness_observe("eof", 1, &is_whole);
  return 0;
}

inline int receive_by_descriptor() {
  const sigset_t wanted = carrying_signals();
  const int fd = signalfd(-1, &wanted, SFD_CLOEXEC);
  signalfd_siginfo info{};
  for (bool has_ended = false;;) {
    const ssize_t got = read(fd, &info, sizeof info);
    if (got < 0 && has_ended && errno == EAGAIN) break;
    if (got != sizeof info) continue;
    if (info.ssi_signo == SIGTERM) {
      has_ended = true;
      fcntl(fd, F_SETFL, O_NONBLOCK);
    } else {
      tell_received(info.ssi_int);
    }
  }
  const int64_t is_whole = 1;
  harness_observe("eof", 1, &is_whole);
  return 0;
}

// Written under another name first, so that whoever sees the file sees the number.
inline bool publish_pid(const char* path) {
  char unfinished[256];
  snprintf(unfinished, sizeof unfinished, "%s.new", path);
  FILE* file = fopen(unfinished, "w");
  if (file == nullptr) return false;
  fprintf(file, "%d\n", static_cast<int>(getpid()));
  return fclose(file) == 0 && rename(unfinished, path) == 0;
}

inline pid_t published_pid(const char* path) {
  int pid = 0;
  FILE* file = fopen(path, "r");
  if (file == nullptr || fscanf(file, "%d", &pid) != 1) pid = 0;
  if (file != nullptr) fclose(file);
  return pid;
}

inline int work_as_receiver(const Queue& queue, const char* path) {
  const sigset_t carrying = carrying_signals();
  if (queue.blocks) sigprocmask(SIG_BLOCK, &carrying, nullptr);
  const rlimit limit{kLimit, kLimit};
  if (queue.is_limited && setrlimit(RLIMIT_SIGPENDING, &limit) != 0) return 2;
  harness_observe("reading", 0, nullptr);
  if (!publish_pid(path)) return 2;
  HARNESS_PROBE("receiver.ready");
  const int status = queue.receive_all();
  unlink(path);
  return status;
}

// A sender that is refused tells so, and leaves the rest unsent.
inline int work_as_sender(const Queue& queue, const char* path) {
  const pid_t receiver = published_pid(path);
  if (receiver <= 0) return 2;
  for (int message = 1; message <= kMessages; ++message) {
    harness_invoke("send", message);
    const int error = queue.send(receiver, queue.number_for(message), message);
    if (error == 0) harness_ok("send", message, 1);
    if (error != 0) harness_fail("send", message, error);
    if (error != 0) break;
  }
  HARNESS_PROBE("sent.all");
  kill(receiver, SIGTERM);
  return 0;
}

inline int run(const Queue& queue, int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "receiver") == 0) return work_as_receiver(queue, argv[2]);
  if (argc == 3 && strcmp(argv[1], "sender") == 0) return work_as_sender(queue, argv[2]);
  return 2;
}

}  // namespace signals

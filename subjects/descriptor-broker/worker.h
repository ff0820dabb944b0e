// The worker takes descriptors, says for which item each is, and uses it.
#pragma once

#include <sys/wait.h>

#include "message.h"
#include "options.h"

namespace descriptors {

// Where a variant differs.
struct Worker {
  int receive_flags = MSG_CMSG_CLOEXEC;
  // Receives bytes of records, with what comes along: so many, 0 at the end, or -1.
  ssize_t (*receive_some)(const Worker& worker, char* bytes, size_t room, Arrived& arrived);
  // Which of the records that came by one call the descriptors that came by it belong to: those that say so,
  // or just the first.
  bool is_first_records = false;
  // Reads the first bytes of a file that is lent.
  ssize_t (*look_into)(int fd, char* bytes, size_t count);
};

inline ssize_t receive_what_there_is(const Worker& worker, char* bytes, size_t room, Arrived& arrived) {
  return receive(bytes, room, arrived, worker.receive_flags);
}

// The offset belongs to the lender too, as do the flags: neither is touched.
inline ssize_t look_without_moving(int fd, char* bytes, size_t count) { return pread(fd, bytes, count, 0); }

inline Worker careful_worker() {
  return {.receive_some = receive_what_there_is, .look_into = look_without_moving};
}

// Goes on until its standard input ends: a program that knows nothing of descriptors.
inline int work_as_helper() {
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0 || errno == EINTR) {
  }
  return 0;
}

// Starts the helper afresh, as a program of its own. The end of its input is the caller's to close.
inline int start_helper(const char* program) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[0], STDIN_FILENO);
    close(kControl);
    execl(program, program, "helper", static_cast<char*>(nullptr));
    _exit(127);
  }
  close(ends[0]);
  return child > 0 ? ends[1] : -1;
}

inline void use(const Worker& worker, const Options& options, int fd, const char* program, int& helper) {
  char bytes[4] = {};
  if (options.job == Job::lend) worker.look_into(fd, bytes, sizeof(bytes));
  if (options.job != Job::pipe) return;
  HARNESS_PROBE("descriptor.taken");
  helper = start_helper(program);
  if (write(fd, "done", 4) != 4) _exit(3);
}

inline void give_receipt() {
  while (send(kControl, "r", 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

struct Taking {
  const Worker& worker;
  const Options& options;
  const char* program;
  Arrived arrived;
  int helper = -1;

  void take(int64_t item) {
    const int fd = arrived.take();
    if (fd < 0) return;
    const int64_t values[] = {item, identity_of(fd)};
    harness_observe("took", 2, values);
    use(worker, options, fd, program, helper);
    close(fd);
  }

  void take_record(const Record& record) {
    for (uint32_t i = 0; i < record.count; ++i) take(record.first + i);
    if (record.count > 0) give_receipt();
  }
};

// Reads to the end. The exit status.
inline int take_all(Taking& taking) {
  static char bytes[4096];
  size_t count = 0;
  for (;;) {
    HARNESS_PROBE("descriptor.wanted");
    const ssize_t got =
        taking.worker.receive_some(taking.worker, bytes + count, sizeof(bytes) - count, taking.arrived);
    if (got < 0) return 4;
    if (got == 0) return count == 0 ? 0 : 5;
    count += static_cast<size_t>(got);
    size_t used = 0;
    for (; count - used >= sizeof(Record); used += sizeof(Record)) {
      Record record;
      memcpy(&record, bytes + used, sizeof(record));
      if (taking.worker.is_first_records) record.count = static_cast<uint32_t>(taking.arrived.count);
      taking.take_record(record);
    }
    count -= used;
    memmove(bytes, bytes + used, count);
  }
}

// SO_PASSRIGHTS, which is younger than most headers.
inline bool refuse_descriptors() {
  constexpr int kPassRights = 83;
  const int no = 0;
  return setsockopt(kControl, SOL_SOCKET, kPassRights, &no, sizeof(no)) == 0;
}

inline int work_as_worker(const Worker& worker, const Options& options, const char* program) {
  if (options.refuse != 0 && !refuse_descriptors()) return 2;
  HARNESS_PROBE("worker.ready");
  Taking taking{.worker = worker, .options = options, .program = program, .arrived = {}};
  const int status = take_all(taking);
  if (taking.helper >= 0) {
    close(taking.helper);
    wait(nullptr);
  }
  return status;
}

}  // namespace descriptors

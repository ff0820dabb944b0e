// The broker makes files and passes them; the worker has no other way to get at any.
#pragma once

#include <sys/random.h>
#include <sys/resource.h>

#include "message.h"
#include "options.h"

namespace descriptors {

constexpr uid_t kFirstDrawn = 1U << 28;
constexpr uid_t kDrawnUsers = 1U << 28;

// Where a variant differs.
struct Broker {
  size_t largest_batch = kMessageMax;
  bool is_no_room_fatal = false;  // whether ETOOMANYREFS is the end
  bool is_refusal_fatal = false;  // whether EPERM of a receiver that takes no descriptors is the end
  bool is_stale_passed = false;   // whether a message that EBADF kept back counts as passed
};

// A user's descriptors on their way are limited by RLIMIT_NOFILE, but root's are not (unix(7)). All that a
// user has on the way counts, so it becomes one that nobody else is.
inline bool limit_itself(int most) {
  if (most == 0) return true;
  uint32_t drawn = 0;
  if (getrandom(&drawn, sizeof(drawn), 0) != sizeof(drawn)) return false;
  const rlimit limit{static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  return setuid(kFirstDrawn + drawn % kDrawnUsers) == 0;
}

// The worker says by a byte that it has taken a message.
inline bool wait_for_a_receipt() {
  char byte = 0;
  ssize_t got = -1;
  do {
    got = read(kControl, &byte, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

inline void tell_passed(const Record& record, const int* fds, int error) {
  for (uint32_t i = 0; i < record.count; ++i) {
    if (error == 0) {
      harness_ok("pass", record.first + i, identity_of(fds[i]));
    } else {
      harness_fail("pass", record.first + i, error);
    }
  }
}

// One number that is not open keeps the whole message back (EBADF), so each goes in a message of its own.
// What cannot be passed is told, and the others are.
inline int pass_one_by_one(const Record& record, const int* fds) {
  for (uint32_t i = 0; i < record.count; ++i) {
    const int error = send_record({record.first + i, 1}, fds + i);
    tell_passed({record.first + i, 1}, fds + i, error);
    if (error != 0 && error != EBADF) return error;
  }
  return 0;
}

// Passes the descriptors of one record: 0, or the errno for which they could not be.
inline int pass(const Broker& broker, const Record& record, const int* fds) {
  for (uint32_t i = 0; i < record.count; ++i) harness_invoke("pass", record.first + i);
  int error = send_record(record, fds);
  while (error == ETOOMANYREFS && !broker.is_no_room_fatal) {
    HARNESS_PROBE("descriptors.full");
    if (!wait_for_a_receipt()) break;
    error = send_record(record, fds);
  }
  if (error == EBADF && broker.is_stale_passed) error = 0;
  if (error == EBADF) return pass_one_by_one(record, fds);
  tell_passed(record, fds, error);
  // A worker that takes no descriptors gets the record without them, and knows what it lacks.
  if (error == EPERM && !broker.is_refusal_fatal) return send_record({record.first, 0}, nullptr);
  return error;
}

inline bool pass_batch(const Broker& broker, const Options& options, uint32_t first, uint32_t count) {
  static int fds[kManyMost];
  for (uint32_t i = 0; i < count; ++i) fds[i] = make_file();
  const auto stale = static_cast<uint32_t>(options.stale);
  if (stale >= first && stale - first < count) close(fds[stale - first]);
  const int error = pass(broker, {first, count}, fds);
  for (uint32_t i = 0; i < count; ++i) close(fds[i]);
  return error == 0;
}

inline bool pass_all(const Broker& broker, const Options& options) {
  const auto items = static_cast<uint32_t>(options.items);
  uint32_t batch = static_cast<uint32_t>(options.batch);
  if (batch > broker.largest_batch) batch = static_cast<uint32_t>(broker.largest_batch);
  if (broker.largest_batch > kMessageMax) batch = items;
  for (uint32_t first = 1; first <= items; first += batch) {
    const uint32_t count = items - first + 1 < batch ? items - first + 1 : batch;
    if (options.plain != 0 && send_record({first + 1000, 0}, nullptr) != 0) return false;
    if (!pass_batch(broker, options, first, count)) return false;
  }
  return options.plain == 0 || send_record({2000, 0}, nullptr) == 0;
}

inline void tell_state(const char* what, int fd) {
  const int64_t values[] = {1, lseek(fd, 0, SEEK_CUR), fcntl(fd, F_GETFL) & O_NONBLOCK};
  harness_observe(what, 3, values);
}

// Lends one of its own files, and goes on with it when the worker has had it.
inline bool lend(const Broker& broker) {
  const int fd = make_file();
  tell_state("lent", fd);
  if (pass(broker, {1, 1}, &fd) != 0 || !wait_for_a_receipt()) return false;
  tell_state("returned", fd);
  return true;
}

// Gives away the only write end of a pipe, and reads what comes until the end.
inline bool give_away_pipe(const Broker& broker) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0 || pass(broker, {1, 1}, &ends[1]) != 0) return false;
  close(ends[1]);
  char bytes[64];
  ssize_t got = -1;
  do {
    got = read(ends[0], bytes, sizeof(bytes));
  } while (got > 0 || (got < 0 && errno == EINTR));
  return got == 0;
}

inline int work_as_broker(const Broker& broker, const Options& options) {
  if (!limit_itself(options.limit)) return 2;
  const bool is_done = options.job == Job::lend   ? lend(broker)
                       : options.job == Job::pipe ? give_away_pipe(broker)
                                                  : pass_all(broker, options);
  shutdown(kControl, SHUT_WR);
  while (wait_for_a_receipt()) {
  }
  return is_done ? 0 : 3;
}

}  // namespace descriptors

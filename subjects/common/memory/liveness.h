// Who else takes part, and whether one of them has died before it was done: for what knows no owner.
#pragma once

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace shared_memory {

constexpr int kSeats = 16;

// One participant's, in shared memory.
struct Seat {
  std::atomic<int32_t> pid;
  std::atomic<uint32_t> is_done;
};

struct Seats {
  std::atomic<uint32_t> taken;
  Seat seats[kSeats];
};

inline Seat* take_seat(Seats& seats) {
  const uint32_t number = seats.taken.fetch_add(1);
  if (number >= kSeats) return nullptr;
  seats.seats[number].pid.store(getpid());
  return &seats.seats[number];
}

// A pidfd is readable once its process has ended (pidfd_open(2)).
inline bool has_ended(pid_t pid) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return errno == ESRCH;
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  const timespec at_once{};
  const bool is_readable = ppoll(&waiting, 1, &at_once, nullptr) == 1;
  close(fd);
  return is_readable;
}

// Ended, and did not say before that all is well. Looked at in this order: who has just said so may end.
inline bool has_died(const Seat& seat) {
  const int32_t pid = seat.pid.load();
  return pid != 0 && has_ended(pid) && seat.is_done.load() == 0;
}

inline bool has_anybody_died(const Seats& seats) {
  for (const Seat& seat : seats.seats) {
    if (has_died(seat)) return true;
  }
  return false;
}

}  // namespace shared_memory

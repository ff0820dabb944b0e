// Queues: how full a message queue is, and who has to do with it, as the kernel tells.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace harness {

struct QueueState {
  std::string name;      // "/harness", or "System V queue 4"
  int64_t messages = 0;  // in it now
  int64_t bytes = 0;     // System V queues only; so the next three
  int64_t bytes_at_most = 0;
  pid_t last_sender = 0;  // in our process namespace, 0 when there was none
  pid_t last_receiver = 0;
  int64_t messages_at_most = 0;  // POSIX queues: their length
  std::vector<pid_t> holders;    // POSIX queues: those of the processes asked about that have it open

  // No message like those in it would find room.
  bool is_full() const;
};

// The POSIX queue that a descriptor of a process stands for; nullopt when it is something else, or cannot be
// asked. `processes` are looked through for others that have it open.
std::optional<QueueState> posix_queue(pid_t pid, int fd, const std::vector<pid_t>& processes);

// The System V queue with this id in our namespace.
std::optional<QueueState> sysv_queue(int id);

}  // namespace harness

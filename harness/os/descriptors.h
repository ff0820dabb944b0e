// Descriptors: what a process has open, and which of it is the other end of what another has.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "os/fd.h"

namespace harness {

struct OpenDescriptor {
  int number = -1;
  std::string kind;    // pipe (a FIFO too), unix-stream, unix-dgram, unix-seqpacket, tcp, udp, file, one of
                       // anonymous_kinds(), other
  std::string object;  // as /proc shows it: pipe:[4711], /dev/null
  std::pair<uint64_t, uint64_t> identity;  // device and inode: the same in every process that has it
  bool can_read = false;
  bool can_write = false;
  bool is_close_on_exec = false;
  bool is_nonblocking = false;
  pid_t made_for = 0;  // of a connected Unix socket: the process at its other end, as of connect(2)

  std::string local;   // of a TCP socket: the bytes of its addresses
  std::string remote;  // "" when it is not connected

  bool is_stream() const { return kind == "pipe" || kind == "unix-stream" || kind == "tcp"; }
};

// What no path leads to: eventfd, epoll, timerfd, signalfd, inotify, pidfd.
const std::vector<std::string>& anonymous_kinds();

// No part of a packet or of a record is given: of what a call has no room for the rest is cut off, or the
// call fails with EINVAL (eventfd(2), timerfd_create(2), signalfd(2), inotify(7)).
bool gives_whole_records(const std::string& kind);

// A descriptor of our own for what another process has open (pidfd_getfd(2)); not open where that is refused.
Fd copy_descriptor(pid_t pid, int number);

// nullopt when the process has no such descriptor.
std::optional<OpenDescriptor> read_descriptor(pid_t pid, int number);

// All that a process has open, in the order of their numbers; empty when it is gone.
std::vector<OpenDescriptor> descriptors_of(pid_t pid);

// Whether the other end of a TCP socket is on this machine, also when nobody has it (yet).
bool is_other_end_here(const OpenDescriptor& tcp);

// Whether bytes that go into one come out of the other. `process_a` has a, `process_b` has b.
bool are_two_ends(const OpenDescriptor& a, pid_t process_a, const OpenDescriptor& b, pid_t process_b);

}  // namespace harness

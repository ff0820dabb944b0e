// Notifier: chosen system calls stop at their entry, without ptrace(2): seccomp's user notification
// (seccomp_unotify(2)). For machines that deny ptrace, and for programs that have a tracer of their own.
//
// A notification knows of a call's entry only, and can let it run or answer in the kernel's place: no exit,
// no shorter transfer, no call in the program's name. It is asked for with
// SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (Linux 5.19), so that no signal but a fatal one takes a call that
// was told of back and has it told of again.
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace harness {

// A filter that notifies of the given calls and allows all others, but for the one message by which a child
// hands its listener to its parent (see hand_over_listener). Errors: as trace_filter().
Result<std::vector<sock_filter>> notify_filter(const std::vector<long>& calls);

// In a child between fork and exec: installs the filter on itself and sends its listener through `door`, a
// connected Unix socket whose number is kListenerDoor and that is closed on exec. Allocates nothing. Returns
// 0, or an errno: EINVAL where the kernel is older than 5.19, EBUSY where a process above has such a filter
// already.
int hand_over_listener(const std::vector<sock_filter>& filter, int door);
constexpr int kListenerDoor = 250;  // above every number that a role may ask for

// In the parent: the listener that came, or why none did. Waits for it, or for the end of the other side.
Result<Fd> take_listener(const Fd& door);

// A call that waits to be answered.
struct NotifiedCall {
  pid_t tid = 0;
  pid_t pid = 0;
  int role = 0;
  long call = -1;
  std::array<uint64_t, 6> args{};
};

class Notifier {
 public:
  // Takes the listener of a role's first process. Calls of other processes that inherited the filter are let
  // run: they are not told of.
  void add(int role, pid_t pid, Fd listener);

  // The next call that waits, without waiting for one.
  std::optional<NotifiedCall> poll();

  // Lets the call of this thread run, which has been answered already where it was made to fail. False when
  // the thread stands at no call: then something else holds it.
  bool let_run(pid_t tid);

  // Has it fail with this errno instead. The thread goes on by that.
  Status fail(pid_t tid, int error);

  // The thread has stopped since, so that what was answered before is no reason any more why it goes on.
  void on_stopped(pid_t tid);

  // The process has ended, or will not run again: nothing of it waits any more.
  void forget(pid_t pid);

  bool holds(pid_t tid) const;

  // Descriptors that become readable when a call waits (ppoll(2)).
  std::vector<int> descriptors() const;

 private:
  struct Listener {
    int role = 0;
    pid_t pid = 0;
    Fd descriptor;
  };
  struct Waiting {
    pid_t pid = 0;
    int listener = -1;
    uint64_t id = 0;
    bool is_answered = false;
  };

  std::optional<NotifiedCall> receive(const Listener& listener);

  std::vector<Listener> listeners_;
  std::map<pid_t, Waiting> waiting_;  // by thread
};

}  // namespace harness

// Launch: a child process made ready for a program, from fork to the first instruction of it.
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace harness {

struct Launch {
  std::string program;                                  // the file to execute
  std::vector<std::string> command;                     // argv
  std::map<std::string, std::string> environment;       // added to, and overriding, the harness's own
  std::map<std::string, std::string> role_environment;  // likewise: what a zygote's copy can be told later
  std::string directory;                                // working directory
  std::string stdout_path;
  std::string stderr_path;
  std::map<int, int>
      descriptors;      // number in the child → a descriptor of ours, which must be above all numbers
  int network = -1;     // of a network namespace to be in (os/network.h); -1: that of the caller
  bool traced = false;  // seized by the caller's process with ptrace before it executes the program
  std::vector<sock_filter> filter;  // installed just before: traced, or with a listener
  Fd* listener = nullptr;  // untraced, with a filter that notifies (os/notifier.h): is given its listener
};

// The whole environment of the order, `NAME=value` each.
std::vector<std::string> environment_of(const Launch& order);

// Starts the program in a child. The child has: a session of its own, /dev/null as standard input unless it
// is given another, no other descriptor than 0, 1, 2 and those it is given, default signal actions and an
// empty mask, no core dumps (a dump delays every effect of a death: facts HN-02), and dies with the calling
// thread. Traced: returns with the child seized, standing before its first instruction. Errors name the
// program and what the kernel said (ENOENT of an interpreter, EACCES, ENOEXEC …).
Result<pid_t> launch(const Launch& order);

// Kills a child and waits for its end. One that is traced by the caller stops once more on its way out
// (PTRACE_EVENT_EXIT), where it hears no signal.
void kill_and_reap(pid_t child);

}  // namespace harness

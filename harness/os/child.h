// A helper program of ours that must not outlive us: an emulator.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

struct ChildOrder {
  std::vector<std::string> command;      // the first word is the program's path
  std::vector<int> descriptors;          // passed on under the same numbers; no others are
  std::vector<std::string> environment;  // "NAME=VALUE", instead of this process's of that name
  int output = -1;                       // its standard output and error; standard input is empty
};

// Starts it in a session of its own, where Ctrl-C does not reach it, and has the kernel kill it when this
// process ends in whatever way (prctl(2), PR_SET_PDEATHSIG). A program that cannot be executed ends with
// status 127 and says why on its output. The caller waits for it.
Result<pid_t> start_child(const ChildOrder& order);

// How a process ended, of waitpid's status: "signal 9", "status 3".
std::string how_it_ended(int status);

}  // namespace harness

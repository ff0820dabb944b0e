// Transfer: a system call that moves bytes, and how a stopped thread's is made to move fewer of them.
//
// Only what is asked for is changed, never what comes of it: the call runs, and the bytes that it does not
// take stay where they were. So whatever the program sees, the kernel could have done by itself.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

// How to put back what was changed, once the call has returned: the program may look at its own arguments.
struct TransferUndo {
  struct Memory {
    uint64_t address = 0;
    uint64_t value = 0;
  };
  std::vector<Memory> memory;
  int argument = -1;  // of the call, or -1
  uint64_t value = 0;
};

struct ShorterTransfer {
  size_t asked = 0;  // bytes that the program asked for
  size_t given = 0;  // bytes that the call will be given
  TransferUndo undo;
};

// Whether a call by this name moves bytes in a way that we can shorten.
bool is_transfer(const std::string& call);

// How many bytes such a call asks for in all; nullopt of any other, and where its buffers cannot be read.
std::optional<uint64_t> bytes_asked(pid_t pid, const std::string& call, const std::array<uint64_t, 6>& args);

// The thread stands at the entry of the call with these arguments. Blame::unavailable: it asks for no more
// than that anyway, or a shorter one would lose what a datagram holds beyond it.
Result<ShorterTransfer> shorten_transfer(pid_t pid, pid_t tid, long call, const std::array<uint64_t, 6>& args,
                                         size_t bytes);

Status undo_transfer(pid_t tid, const TransferUndo& undo);

}  // namespace harness

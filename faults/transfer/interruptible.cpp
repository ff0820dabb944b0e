#include "interruptible.h"

#include <set>

namespace harness {

const std::set<std::string>& calls_that_move_bytes() {
  static const std::set<std::string> calls = {"read",     "write",   "pread64", "pwrite64",
                                              "recvfrom", "sendto",  "readv",   "writev",
                                              "preadv",   "pwritev", "recvmsg", "sendmsg"};
  return calls;
}

}  // namespace harness

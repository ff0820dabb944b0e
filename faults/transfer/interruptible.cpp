#include "interruptible.h"

#include <set>

namespace harness {

bool moves_bytes(const std::string& call) {
  static const std::set<std::string> calls = {"read",     "write",   "pread64", "pwrite64",
                                              "recvfrom", "sendto",  "readv",   "writev",
                                              "preadv",   "pwritev", "recvmsg", "sendmsg"};
  return calls.count(call) != 0;
}

}  // namespace harness

// What is the same on every processor; the rest is in registers_<processor>.cpp.
#include "os/registers.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include <cerrno>

namespace harness {

Result<RegisterSet> read_registers(pid_t tid) {
  RegisterSet set;
  iovec place{set.bytes.data(), set.bytes.size()};
  if (::ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &place) != 0) return system_error("PTRACE_GETREGSET");
  set.size = place.iov_len;
  return set;
}

Status write_registers(pid_t tid, const RegisterSet& set) {
  iovec place{const_cast<unsigned char*>(set.bytes.data()), set.size};
  if (::ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &place) != 0) return system_error("PTRACE_SETREGSET");
  return done();
}

uint64_t code_at(pid_t tid, uint64_t address) {
  errno = 0;
  const auto code = static_cast<uint64_t>(::ptrace(PTRACE_PEEKTEXT, tid, address, nullptr));
  return errno == 0 ? code : 0;
}

Status restore_code(pid_t tid, uint64_t address, uint64_t before) {
  if (::ptrace(PTRACE_POKETEXT, tid, address, before) != 0) return system_error("PTRACE_POKETEXT");
  return done();
}

}  // namespace harness

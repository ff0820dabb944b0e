// Machine: an arm64 machine in full emulation by qemu-system-aarch64, with one byte stream to the program
// that is process 1 inside. Nothing of it has a name on this machine: its stream, its monitor and its console
// are descriptors that it inherits, and the kernel kills it when we end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace harness {

// What is emulated, and what is booted on it. Two machines can share a saved state only when all of it
// agrees.
struct MachineModel {
  std::string emulator;  // path of qemu-system-aarch64
  std::string kernel;
  std::string initrd;
  std::string cpu = "neoverse-n1";
  bool parallel = true;  // a host thread for each CPU (-accel tcg,thread=multi)
  int cpus = 2;
  int memory_mib = 1024;
};

// The emulator's options for it, without those that differ between one machine and its copy.
std::vector<std::string> machine_options(const MachineModel& model);

// How long to wait, in now_ns(), and a descriptor that ends the waiting at once when it becomes readable.
struct Patience {
  int64_t until_ns = 0;
  int interrupt = -1;
};

class Machine {
 public:
  // Starts it from its kernel. With `memory`, an empty file, its RAM is that file, so that it can be saved.
  static Result<Machine> boot(const MachineModel& model, const Fd& memory = {});

  // Starts a copy of a saved machine, which goes on where that one was saved. The copy's RAM is `memory`,
  // copied on write: the file stays as it is, and serves any number of copies at once.
  static Result<Machine> restore(const MachineModel& model, const Fd& memory, const Fd& state);

  Machine(Machine&&) noexcept;
  Machine& operator=(Machine&&) noexcept;
  ~Machine();

  int stream() const { return stream_.get(); }
  pid_t process() const { return process_; }

  // The next line from inside. Errors: it ended (with its console's last words), it was silent for too long.
  Result<std::string> read_line(const Patience& patience);

  // What was read from the stream behind that line.
  std::string take_unread() { return std::exchange(unread_, {}); }

  // Writes everything but the RAM into `state` and stops the machine, which is of no use afterwards.
  Status save(const Fd& state, const Patience& patience);

  // "7.2.22 (Debian 1:7.2+dfsg-7)".
  Result<std::string> emulator_version(const Patience& patience);

  // What its console says of its end: from a panic on, or the last lines of its kernel, of its process 1 and
  // of the emulator itself.
  std::string last_words() const;

  // True when the emulator was stopped (SIGSTOP, a debugger) since the last time that it was asked.
  bool was_stopped() const;

  // Ends it: there is nothing in it that needs to be put away. One whose stream has ended is about to end by
  // itself, and is given `grace_ns` for it. Says how it ended: "signal 9".
  std::string end(int64_t grace_ns = 0);

 private:
  Machine() = default;
  static Result<Machine> start(const MachineModel& model, const std::vector<std::string>& options,
                               const std::vector<int>& descriptors);
  Status tell_monitor(const std::string& command, int descriptor = -1) const;
  Result<std::string> read_monitor(const Patience& patience);
  Error gone(const std::string& doing);
  void hear_greeting(const std::string& line);

  Fd stream_;
  Fd monitor_;
  Fd console_;
  pid_t process_ = -1;
  std::string ended_;
  std::string unread_;
  std::string unread_of_monitor_;
  std::string emulator_version_;
};

}  // namespace harness

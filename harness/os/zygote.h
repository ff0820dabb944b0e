// Zygote: a process that stands just before main, from which case processes are cloned.
//
// Executing and loading a program costs more than everything else in a case. A program that has been loaded
// once is stopped at its main, and each case gets a copy of it by clone(2), injected by ptrace(2), that
// starts at the same instruction with the same registers. What a fork does not copy is made good in the copy:
// its thread id where the C library keeps it, its robust list (get_robust_list(2): a copy has none, so that a
// dead owner would never be noticed), and a session of its own.
//
// Sound only for a program whose state before main does not depend on which process it is: a constructor that
// keeps a pid, opens a file or starts a thread. The last two are seen and refused; the first cannot be.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/fd.h"
#include "os/launch.h"
#include "os/registers.h"

namespace harness {

class Zygote {
 public:
  // Launches the program (traced) and lets it run to main, which lies at the link-time address `main` when
  // `entry` is the program's. Of the order's descriptors the numbers alone matter: each copy gets its own.
  // Blame::unavailable: this program cannot be copied, and why.
  static Result<std::unique_ptr<Zygote>> start(const Launch& order, uint64_t entry, uint64_t main);

  Zygote(const Zygote&) = delete;
  Zygote& operator=(const Zygote&) = delete;
  ~Zygote();  // ends it; its copies live on

  // A copy, seized with the same options, a child of this process, stopped before main's first instruction.
  // It has these descriptors: number in the copy → a descriptor of ours; only for the numbers of the order.
  Result<pid_t> clone(const std::map<int, int>& descriptors = {});

  // A process of the same kind that runs in the original's own memory (clone(2), CLONE_VM). Page tables, most
  // of what a copy costs, are not copied; what it writes, the original has then, too. Its id, registers,
  // robust list, descriptors, handlers and ends of semaphores are its own. Sound while the original stands
  // still and no other lives in it; its session is the original's.
  Result<pid_t> lodger();

  // A copy that is a zygote of its own.
  Result<std::unique_ptr<Zygote>> sibling();

  // The same with what this order has beyond the one by which the original was launched: words, environment,
  // output files, numbers of descriptors, filter. The program has a function that takes the environment
  // before main (Program::take_role), at this link-time address. Only where the original was given a
  // descriptor.
  Result<std::unique_ptr<Zygote>> playing(const Launch& order, uint64_t entry, uint64_t take_role);

  // For who lets the original run on: it is a process of this one, seized and stopped.
  pid_t original() const { return pid_; }

  // Says that the original has been let run on, and that copies start where it stands now, outside of any
  // call. Sound only while nothing that it did on the way depends on which process it is. Blame::unavailable:
  // it has threads, children or timers by now, which a copy would not have.
  Status start_copies_here();

  // Where the C library keeps a thread's own id.
  uint64_t thread_id_address() const { return thread_id_; }

  // Has the original make a call; it stands where it stood when this returns. A result below 0 is -errno.
  Result<int64_t> make_call(long call, const std::array<uint64_t, 6>& args);

 private:
  explicit Zygote(pid_t pid) : pid_(pid) {}

  Status run_to_main(uint64_t entry, uint64_t main);
  Status check_copyable(const std::string& when) const;
  Status check_no_files() const;
  Status find_robust_list();
  Status find_thread_id();
  Status call_in(pid_t copy, long call, const std::array<uint64_t, 6>& args) const;
  Result<int64_t> result_in(pid_t copy, long call, const std::array<uint64_t, 6>& args) const;
  Result<pid_t> fork_original(uint64_t flags = 0);
  Status register_robust_list(pid_t copy) const;
  Status make_good(pid_t copy) const;
  Status hand_over(pid_t copy, const std::map<int, int>& descriptors) const;
  Status close_door(pid_t copy) const;
  Status take_output(const Launch& order) const;
  Status take_words(const Launch& order, uint64_t take_role);
  Status take_filter(const std::vector<sock_filter>& filter) const;
  Result<uint64_t> put(const std::string& bytes) const;
  Status run_function(uint64_t function, uint64_t argument) const;
  Result<std::vector<int>> receive_in(pid_t copy, size_t count) const;

  pid_t pid_;
  Fd sender_;                 // a copy receives its descriptors from here (unix(7), SCM_RIGHTS)…
  int door_ = -1;             // …by this number, which it does not keep; -1: the order has none
  RegisterSet at_start_;      // of copies: before main's first instruction
  uint64_t instruction_ = 0;  // of a system call instruction in its memory
  uint64_t thread_id_ = 0;    // where the C library keeps the thread's id
  uint64_t robust_list_ = 0;
  uint64_t robust_size_ = 0;
};

}  // namespace harness

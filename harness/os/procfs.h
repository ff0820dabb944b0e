// /proc, typed: what a thread is doing, without disturbing it. See proc(5).
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace harness {

// What one thread is doing at the instant of reading.
struct ThreadState {
  pid_t pid = 0;
  pid_t tid = 0;
  char state =
      '?';  // R running, S sleeping, D uninterruptible, T stopped, t held by a tracer, Z zombie, X dead
  uint64_t switches =
      0;              // voluntary + involuntary context switches: unchanged means that it has not run since
  long syscall = -1;  // the call it is blocked in, -1 when it is in none
  std::array<uint64_t, 6> args{};
  uint64_t pc = 0;               // behind the instruction that makes the call
  uint64_t blocked_signals = 0;  // signal N is bit N - 1

  bool is_blocked() const { return state == 'S' && syscall >= 0; }
};

// nullopt when the thread is gone.
std::optional<ThreadState> read_thread(pid_t pid, pid_t tid);

// The threads of a process, empty when it is gone.
std::vector<pid_t> threads_of(pid_t pid);

// A thread of the process by which the kernel tells of its memory, descriptors and working directory: the
// first, or one of those that run on where that has ended (pthread_exit(3)) and has none of these any more.
pid_t living_thread(pid_t pid);

// "/proc/TID" of that thread.
std::string proc_folder(pid_t pid);

// The processor time that a process has had, all its threads together, as far as clock ticks tell; 0 when it
// is gone.
int64_t processor_time_ns_of(pid_t pid);

// Of one thread, to the nanosecond; nullopt when it is gone, or where the kernel does not tell
// (/proc/PID/task/TID/schedstat, CONFIG_SCHED_INFO).
std::optional<int64_t> processor_time_ns_of(pid_t pid, pid_t tid);

// The same of this process, and of the children of it that were waited for (getrusage(2)).
int64_t own_processor_time_ns();

// Whether an epoll set of the process watches its descriptor by edges (epoll_ctl(2), EPOLLET).
bool is_edge_triggered(pid_t pid, int descriptor);

// The children of a process, over all its threads (needs CONFIG_PROC_CHILDREN; empty without).
std::vector<pid_t> children_of(pid_t pid);

// All processes below a process, itself not included.
std::vector<pid_t> descendants_of(pid_t pid);

// How many descriptors a process has open.
size_t open_files_of(pid_t pid);

// What lies at an address of a process: the mapped file, and the offset within it.
struct Mapping {
  uint64_t start = 0;
  uint64_t end = 0;
  bool is_shared = false;
  bool is_writable = false;
  uint64_t offset = 0;
  uint64_t inode = 0;  // of the mapped file, 0 for anonymous memory
  std::string object;  // "/dev/shm/x", "[heap]", "" for anonymous memory
};
// Empty when the process is gone, or may not be looked at.
std::vector<Mapping> mappings_of(pid_t pid);
std::optional<Mapping> mapping_at(pid_t pid, uint64_t address);

// Code that the kernel gives to every process (vdso(7)).
struct CodeRange {
  uint64_t start = 0;
  uint64_t end = 0;
  bool contains(uint64_t address) const { return address >= start && address < end; }
};

// Of vdso(7); empty where there is none.
CodeRange vdso_of(pid_t pid);

// Reads from another process's memory; false when any byte of it cannot be read (process_vm_readv(2)). Of a
// process whose first thread has ended, any other thread has the same.
bool read_memory(pid_t pid, uint64_t address, void* into, size_t size);

// Writes to it, where the process itself may write (process_vm_writev(2)).
bool write_memory(pid_t pid, uint64_t address, const void* from, size_t size);

// The signals that a process has a handler for, and that its first thread does not block. Without the two
// that the C library keeps for itself (nptl(7)): it has a handler for one of them as soon as there is a
// thread.
std::vector<int> caught_signals(pid_t pid);

// Whether a signal is pending that the thread neither blocks nor ignores.
bool may_get_signal(pid_t pid, pid_t tid);

// Takes from the process the right to open one descriptor more than it has (RLIMIT_NOFILE, getrlimit(2)).
bool limit_descriptors(pid_t pid);

// Takes from the process the right to make POSIX message queues (RLIMIT_MSGQUEUE). The limit is its own: what
// others of the same user have and may have stays as it is.
bool limit_queues(pid_t pid);

// A number in the auxiliary vector of a process (getauxval(3)), 0 when it is not there.
uint64_t auxiliary_value(pid_t pid, uint64_t type);

// Whether a process has come to its program's own code, and is beyond its loader's: _start, at `entry`, has
// called on, and lies on the stack below where the kernel has put it. False also where that memory cannot be
// read.
bool is_past_entry(pid_t pid, uint64_t entry);

// A line of /proc/PID/status by its key ("Tgid", "PPid", "NSpid"), without the key.
std::string status_line(pid_t pid, const std::string& key);

// True when some timer of the process can still wake it: a POSIX timer, or a timerfd that is armed.
bool has_pending_timer(pid_t pid);

}  // namespace harness

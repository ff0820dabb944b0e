#include "os/procfs.h"

#include <dirent.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "core/kernel_names.h"
#include "os/files.h"

namespace harness {
namespace {

std::string proc(pid_t pid, const std::string& rest) { return "/proc/" + std::to_string(pid) + "/" + rest; }

std::string task(pid_t pid, pid_t tid, const std::string& rest) {
  return proc(pid, "task/" + std::to_string(tid) + "/" + rest);
}

std::string field(const std::string& status, const std::string& key) {
  size_t at = status.rfind("\n" + key + ":", std::string::npos);
  if (at == std::string::npos) return {};
  at += key.size() + 2;
  const size_t end = status.find('\n', at);
  const size_t first = status.find_first_not_of(" \t", at);
  return first == std::string::npos || first >= end ? std::string() : status.substr(first, end - first);
}

std::vector<pid_t> numbered_entries(const std::string& path) {
  std::vector<pid_t> numbers;
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return numbers;
  while (const dirent* entry = ::readdir(directory)) {
    if (const int number = std::atoi(entry->d_name); number > 0) numbers.push_back(number);
  }
  ::closedir(directory);
  return numbers;
}

bool has_armed_timerfd(pid_t pid) {
  const std::string folder = proc_folder(pid);
  for (const pid_t fd : numbered_entries(folder + "/fd")) {
    const std::string name = std::to_string(fd);
    if (read_link(folder + "/fd/" + name) != "anon_inode:[timerfd]") continue;
    const auto info = read_file(folder + "/fdinfo/" + name);
    if (info && info->find("it_value: (0, 0)") == std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::optional<ThreadState> read_thread(pid_t pid, pid_t tid) {
  const auto status = read_file(task(pid, tid, "status"));
  if (!status) return std::nullopt;
  ThreadState thread{.pid = pid, .tid = tid};
  const std::string state = field(*status, "State");
  if (!state.empty()) thread.state = state[0];
  thread.switches = std::strtoull(field(*status, "voluntary_ctxt_switches").c_str(), nullptr, 10) +
                    std::strtoull(field(*status, "nonvoluntary_ctxt_switches").c_str(), nullptr, 10);
  thread.blocked_signals = std::strtoull(field(*status, "SigBlk").c_str(), nullptr, 16);
  if (thread.state != 'S' && thread.state != 'D') return thread;
  const auto call = read_file(task(pid, tid, "syscall"));  // "running", or "NR ARG… SP PC"
  if (!call || call->rfind("running", 0) == 0) return thread;
  char* at = nullptr;
  thread.syscall = std::strtol(call->c_str(), &at, 10);
  for (uint64_t& argument : thread.args) argument = std::strtoull(at, &at, 16);
  std::strtoull(at, &at, 16);  // its stack pointer
  thread.pc = std::strtoull(at, &at, 16);
  return thread;
}

std::vector<pid_t> threads_of(pid_t pid) { return numbered_entries(proc(pid, "task")); }

// The link to the program goes with the memory, as proc_pid_exe(5) says.
pid_t living_thread(pid_t pid) {
  char letter = 0;
  if (::readlink(proc(pid, "exe").c_str(), &letter, 1) >= 0 || errno != ENOENT) return pid;
  for (const pid_t tid : threads_of(pid)) {
    const auto thread = read_thread(pid, tid);
    if (tid != pid && thread && thread->state != 'Z' && thread->state != 'X') return tid;
  }
  return pid;
}

std::string proc_folder(pid_t pid) { return "/proc/" + std::to_string(living_thread(pid)); }

int64_t processor_time_ns_of(pid_t pid) {
  const auto stat = read_file(proc(pid, "stat"));
  const size_t name_ends = stat ? stat->rfind(')') : std::string::npos;
  if (name_ends == std::string::npos) return 0;
  std::istringstream words(stat->substr(name_ends + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) words >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  words >> user >> system;
  return (user + system) * (1'000'000'000 / ::sysconf(_SC_CLK_TCK));
}

std::optional<int64_t> processor_time_ns_of(pid_t pid, pid_t tid) {
  const auto times = read_file(proc(pid, "task/" + std::to_string(tid) + "/schedstat"));
  return times ? std::optional(std::strtoll(times->c_str(), nullptr, 10)) : std::nullopt;
}

int64_t own_processor_time_ns() {
  int64_t sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(who, &used);
    for (const timeval& time : {used.ru_utime, used.ru_stime})
      sum += time.tv_sec * 1'000'000'000LL + time.tv_usec * 1'000LL;
  }
  return sum;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  for (const pid_t tid : threads_of(pid)) {
    const auto text = read_file(task(pid, tid, "children"));
    if (!text) continue;
    std::istringstream words(*text);
    for (pid_t child = 0; words >> child;) children.push_back(child);
  }
  return children;
}

std::vector<pid_t> descendants_of(pid_t pid) {
  std::vector<pid_t> all = children_of(pid);
  for (size_t i = 0; i < all.size(); ++i) {
    const std::vector<pid_t> next = children_of(all[i]);
    all.insert(all.end(), next.begin(), next.end());
  }
  return all;
}

size_t open_files_of(pid_t pid) {
  std::error_code error;
  const std::filesystem::directory_iterator files(proc_folder(pid) + "/fd", error);
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

std::vector<Mapping> mappings_of(pid_t pid) {
  std::vector<Mapping> mappings;
  const auto maps = read_file(proc_folder(pid) + "/maps");
  if (!maps) return mappings;
  std::istringstream lines(*maps);
  for (std::string line; std::getline(lines, line);) {
    Mapping mapping;
    char permissions[8] = {};
    int name_at = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %7s %lx %*s %lu %n", &mapping.start, &mapping.end, permissions,
                    &mapping.offset, &mapping.inode, &name_at) < 5) {
      continue;
    }
    mapping.is_shared = permissions[3] == 's';
    mapping.is_writable = permissions[1] == 'w';
    if (name_at > 0) mapping.object = line.substr(static_cast<size_t>(name_at));
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

std::optional<Mapping> mapping_at(pid_t pid, uint64_t address) {
  for (Mapping& mapping : mappings_of(pid)) {
    if (address >= mapping.start && address < mapping.end) return std::move(mapping);
  }
  return std::nullopt;
}

CodeRange vdso_of(pid_t pid) {
  for (const Mapping& mapping : mappings_of(pid)) {
    if (mapping.object == "[vdso]") return {mapping.start, mapping.end};
  }
  return {};
}

bool read_memory(pid_t pid, uint64_t address, void* into, size_t size) {
  const iovec local{into, size};
  const iovec remote{reinterpret_cast<void*>(address), size};
  const auto read_from = [&](pid_t tid) { return ::process_vm_readv(tid, &local, 1, &remote, 1, 0); };
  ssize_t done = read_from(pid);
  if (done < 0 && errno == ESRCH) done = read_from(living_thread(pid));
  return done == static_cast<ssize_t>(size);
}

bool write_memory(pid_t pid, uint64_t address, const void* from, size_t size) {
  const iovec local{const_cast<void*>(from), size};
  const iovec remote{reinterpret_cast<void*>(address), size};
  const auto write_by = [&](pid_t tid) { return ::process_vm_writev(tid, &local, 1, &remote, 1, 0); };
  ssize_t done = write_by(pid);
  if (done < 0 && errno == ESRCH) done = write_by(living_thread(pid));
  return done == static_cast<ssize_t>(size);
}

std::vector<int> caught_signals(pid_t pid) {
  const uint64_t caught = std::strtoull(status_line(pid, "SigCgt").c_str(), nullptr, 16);
  const uint64_t blocked = std::strtoull(status_line(pid, "SigBlk").c_str(), nullptr, 16);
  std::vector<int> signals;
  for (int number = 1; number <= 64; ++number) {
    const bool is_of_c_library = number > kLastStandardSignal && number < SIGRTMIN;
    if (!is_of_c_library && ((caught & ~blocked) >> (number - 1) & 1) != 0) signals.push_back(number);
  }
  return signals;
}

bool may_get_signal(pid_t pid, pid_t tid) {
  const auto set_of = [](pid_t id, const char* key) {
    return std::strtoull(status_line(id, key).c_str(), nullptr, 16);
  };
  const uint64_t pending = set_of(tid, "SigPnd") | set_of(pid, "ShdPnd");
  return (pending & ~set_of(tid, "SigBlk") & ~set_of(pid, "SigIgn")) != 0;
}

// A new descriptor takes the lowest free number, which must be below the limit.
bool limit_descriptors(pid_t pid) {
  const std::vector<pid_t> numbers = numbered_entries(proc_folder(pid) + "/fd");  // without 0
  rlim_t lowest_free = 1;
  while (std::count(numbers.begin(), numbers.end(), static_cast<pid_t>(lowest_free)) != 0) ++lowest_free;
  rlimit limit{};
  if (::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) != 0) return false;
  limit.rlim_cur = lowest_free;
  return ::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr) == 0;
}

bool limit_queues(pid_t pid) {
  rlimit limit{};
  if (::prlimit(pid, RLIMIT_MSGQUEUE, nullptr, &limit) != 0) return false;
  limit.rlim_cur = 0;
  return ::prlimit(pid, RLIMIT_MSGQUEUE, &limit, nullptr) == 0;
}

// A line of a set's fdinfo: "tfd: 5 events: 80002019 data: …" (proc(5)).
bool is_edge_triggered(pid_t pid, int descriptor) {
  const std::string folder = proc_folder(pid);
  for (const pid_t fd : numbered_entries(folder + "/fd")) {
    const std::string name = std::to_string(fd);
    if (read_link(folder + "/fd/" + name) != "anon_inode:[eventpoll]") continue;
    const auto info = read_file(folder + "/fdinfo/" + name);
    std::istringstream lines(info ? *info : "");
    for (std::string line; std::getline(lines, line);) {
      int watched = -1;
      unsigned events = 0;
      const bool is_watch = std::sscanf(line.c_str(), "tfd: %d events: %x", &watched, &events) == 2;
      if (is_watch && watched == descriptor && (events & EPOLLET) != 0) return true;
    }
  }
  return false;
}

uint64_t auxiliary_value(pid_t pid, uint64_t type) {
  const auto vector = read_file(proc(pid, "auxv"));
  if (!vector) return 0;
  for (size_t at = 0; at + 16 <= vector->size(); at += 16) {
    uint64_t entry[2];
    std::memcpy(entry, vector->data() + at, sizeof entry);
    if (entry[0] == type) return entry[1];
  }
  return 0;
}

// Field 28 of proc_pid_stat(5) is where the stack began, at argc. What _start calls has its return address
// just below: pushed by the call on x86-64, stored by the called function on arm64.
bool is_past_entry(pid_t pid, uint64_t entry) {
  constexpr int kStackField = 28;
  constexpr uint64_t kLengthOfStart = 96;
  std::array<uint64_t, 64> below{};
  const auto stat = read_file(proc(pid, "stat"));
  if (!stat || entry == 0) return false;
  std::istringstream fields(stat->substr(stat->rfind(')') + 1));
  std::string field;
  for (int i = 3; i <= kStackField; ++i) fields >> field;
  const uint64_t start = std::strtoull(field.c_str(), nullptr, 10);
  if (start <= sizeof below || !read_memory(pid, start - sizeof below, below.data(), sizeof below))
    return false;
  return std::any_of(below.begin(), below.end(),
                     [&](uint64_t word) { return word > entry && word <= entry + kLengthOfStart; });
}

std::string status_line(pid_t pid, const std::string& key) {
  const auto status = read_file(proc(pid, "status"));
  return status ? field(*status, key) : std::string();
}

bool has_pending_timer(pid_t pid) {
  const auto timers = read_file(proc(pid, "timers"));
  if (timers && !timers->empty()) return true;
  return has_armed_timerfd(pid);
}

}  // namespace harness

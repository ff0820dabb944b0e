#include "run/postmortem.h"

#include <fmt/format.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include "os/files.h"
#include "os/procfs.h"
#include "os/syscalls.h"
#include "run/quiescence.h"
#include "run/waited_queue.h"

namespace harness {
namespace {

// pthread_mutex_t of glibc on 64-bit Linux (sysdeps/nptl/bits/struct_mutex.h): the futex word, and beside it
// what kind of mutex it is. Kind bits: 16 robust, 32 priority inheritance, 128 process-shared.
struct MutexMemory {
  uint32_t word;
  uint32_t count;
  int32_t owner;
  uint32_t users;
  int32_t kind;
};

struct Mutex {
  std::string kind;  // "" when the memory does not look like a mutex
  int owner = 0;
};

constexpr int kRobust = 16;
constexpr int kPriorityInherit = 32;
constexpr int kKindBits = 3 | kRobust | kPriorityInherit | 128 | 256 | 512;

// A robust or PI mutex keeps its owner in the word (futex(2)); a plain one only in the struct's owner field.
Mutex recognise(const MutexMemory& memory, const std::map<pid_t, Known>& known) {
  if ((memory.kind & ~kKindBits) != 0) return {};
  const bool is_robust = (memory.kind & kRobust) != 0;
  const bool is_pi = (memory.kind & kPriorityInherit) != 0;
  if (is_robust || is_pi) {
    return {is_robust ? (is_pi ? "robust-pi" : "robust") : "pi",
            static_cast<int>(memory.word & FUTEX_TID_MASK)};
  }
  if (memory.word == 2 && memory.users >= 1 && known.count(memory.owner) != 0)
    return {"normal", memory.owner};
  return {};
}

std::string owner_words(int tid, const std::map<pid_t, Known>& known) {
  const auto owner = known.find(tid);
  if (owner == known.end()) return fmt::format("thread {}", tid);
  return fmt::format("{} (thread {}, {})", owner->second.role, tid,
                     owner->second.is_alive ? "alive" : "dead");
}

std::string place_words(const FutexPlace& place, uint64_t address) {
  return place.object.empty() ? fmt::format("futex {:#x}", address)
                              : fmt::format("futex {:#x} ({}+{})", address, place.object, place.offset);
}

void explain_futex(const ThreadState& thread, const std::map<pid_t, Known>& known, nlohmann::json& data) {
  const uint64_t address = thread.args[0];
  const FutexPlace place = place_of(thread.pid, address);
  MutexMemory memory{};
  uint32_t word = 0;
  if (!read_memory(thread.pid, address, &word, sizeof word)) {
    data["explained"] = fmt::format("waits on {}, which cannot be read", place_words(place, address));
    return;
  }
  Mutex mutex;
  if (read_memory(thread.pid, address, &memory, sizeof memory)) mutex = recognise(memory, known);
  const auto owner = known.find(mutex.owner);
  const bool has_owner = mutex.owner != 0;
  data["futex"] = {{"address", fmt::format("{:#x}", address)},
                   {"object", place.object},
                   {"offset", place.offset},
                   {"word", word},
                   {"expected", static_cast<uint32_t>(thread.args[2])},
                   {"owner_tid", mutex.owner},
                   {"owner_role", owner != known.end() ? owner->second.role : ""},
                   {"owner_alive", owner != known.end() && owner->second.is_alive},
                   {"waiters_bit", (word & FUTEX_WAITERS) != 0},
                   {"owner_died_bit", (word & FUTEX_OWNER_DIED) != 0},
                   {"mutex", mutex.kind}};
  std::string text = fmt::format("waits on {}, word {:#x}", place_words(place, address), word);
  if (!mutex.kind.empty()) {
    text += fmt::format(": a {} mutex {}", mutex.kind,
                        has_owner ? "held by " + owner_words(mutex.owner, known) : "that nobody holds");
  }
  data["explained"] = text;
}

// Of an eventfd, as proc(5) tells it in hexadecimal; "" of anything else.
std::string event_count(pid_t pid, int fd) {
  constexpr std::string_view kKey = "eventfd-count:";
  const auto info = read_file(fmt::format("{}/fdinfo/{}", proc_folder(pid), fd));
  const size_t at = info ? info->find(kKey) : std::string::npos;
  if (at == std::string::npos) return {};
  const size_t begin = info->find_first_not_of(" \t", at + kKey.size());
  return info->substr(begin, info->find('\n', begin) - begin);
}

void explain_descriptor(const ThreadState& thread, nlohmann::json& data) {
  const int fd = static_cast<int>(thread.args[0]);
  const std::string target = read_link(fmt::format("{}/fd/{}", proc_folder(thread.pid), fd));
  data["fd"] = {{"number", fd}, {"object", target}};
  const std::string count = event_count(thread.pid, fd);
  if (!count.empty()) {
    data["fd"]["count"] = count;
    data["explained"] =
        fmt::format("waits in {} on an event counter that is {}", syscall_name(thread.syscall), count);
    return;
  }
  data["explained"] = fmt::format("waits in {} on descriptor {} ({})", syscall_name(thread.syscall), fd,
                                  target.empty() ? "closed" : target);
}

bool is_wait_for_signal(long call) {
#ifdef SYS_pause
  if (call == SYS_pause) return true;
#endif
  return call == SYS_rt_sigsuspend || call == SYS_rt_sigtimedwait;
}

void explain(const ThreadState& thread, const std::map<pid_t, Known>& known, nlohmann::json& data) {
  data["timed"] = thread.is_blocked() && is_timed(thread);
  if (thread.state == 'T' || thread.state == 't') {
    data["wait"] = "stopped";
    data["explained"] = "is stopped";
  } else if (!thread.is_blocked()) {
    data["wait"] = "running";
    data["explained"] = "is running, not waiting";
  } else if (thread.syscall == SYS_futex) {
    data["wait"] = "futex";
    explain_futex(thread, known, data);
  } else if (explain_queue(thread, known, data)) {
    return;
  } else if (takes_descriptor(syscall_name(thread.syscall))) {
    data["wait"] = "fd";
    explain_descriptor(thread, data);
  } else if (thread.syscall == SYS_wait4 || thread.syscall == SYS_waitid) {
    data["wait"] = "child";
    data["explained"] = "waits for a child to end";
  } else if (is_wait_for_signal(thread.syscall)) {
    data["wait"] = "signal";
    data["explained"] = "waits for a signal";
  } else {
    data["wait"] = thread.syscall == SYS_clock_nanosleep ? "timer" : "other";
    data["explained"] = "waits in " + syscall_name(thread.syscall);
  }
}

}  // namespace

FutexPlace place_of(pid_t pid, uint64_t address) {
  const auto mapping = mapping_at(pid, address);
  if (!mapping) return {};
  if (mapping->object.empty() || !mapping->is_shared) return {"[anon]", address};
  return {mapping->object, address - mapping->start + mapping->offset};
}

std::string futex_operation(uint64_t argument) {
  switch (static_cast<int>(argument) & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
      return "wait";
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
      return "wake";
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
      return "lock-pi";
    case FUTEX_UNLOCK_PI:
      return "unlock-pi";
    case FUTEX_TRYLOCK_PI:
      return "trylock-pi";
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
      return "requeue";
    default:
      return "other";
  }
}

History postmortem(const std::vector<Tracer::Task>& tasks, const std::vector<std::string>& role_names,
                   const std::map<pid_t, Known>& known) {
  History events;
  for (const Tracer::Task& task : tasks) {
    const auto thread = read_thread(task.pid, task.tid);
    if (!thread || thread->state == 'Z' || thread->state == 'X') continue;
    if (is_runtimes_own(*thread)) continue;
    Event event{.pid = task.pid, .tid = task.tid, .kind = EventKind::blocked};
    if (task.role >= 0) event.role = role_names[static_cast<size_t>(task.role)];
    if (thread->syscall >= 0) event.name = syscall_name(thread->syscall);
    explain(*thread, known, event.data);
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace harness

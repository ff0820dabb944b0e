#include "run/call_record.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "os/descriptors.h"
#include "os/queues.h"
#include "os/syscalls.h"

namespace harness {
namespace {

// Calls that never return where they were made, or return in two processes.
bool has_plain_return(const std::string& name) {
  static const std::set<std::string> others = {"rt_sigreturn", "clone", "clone3", "fork", "vfork"};
  return others.count(name) == 0;
}

nlohmann::json pipe_fill(pid_t pid, const OpenDescriptor& open) {
  const Fd copy = copy_descriptor(pid, open.number);
  int bytes = 0;
  if (!copy.is_open() || ::ioctl(copy.get(), FIONREAD, &bytes) != 0) return nullptr;
  const int room = ::fcntl(copy.get(), F_GETPIPE_SZ);
  return {{"object", open.object}, {"holds", bytes}, {"room", room}, {"unit", "bytes"}};
}

std::set<long> all_calls() {
  std::set<long> all;
  for (long call = 0; call < 470; ++call) {
    if (!syscall_name(call).starts_with("syscall ")) all.insert(call);
  }
  return all;
}

// What a child still calls between its filter and its program: there its starter sleeps in vfork, and a stop
// would be for ever. A history tells exec and exit anyway.
bool is_made_while_starting(const std::string& name) {
  return name == "execve" || name == "execveat" || name == "exit" || name == "exit_group";
}

}  // namespace

void watch_every_call(std::set<long>& calls, std::set<long>& exits) {
  static const std::set<long> all = all_calls();
  for (const long call : all) {
    const std::string name = syscall_name(call);
    if (is_made_while_starting(name)) continue;
    calls.insert(call);
    if (has_plain_return(name)) exits.insert(call);
  }
}

nlohmann::json fill_of(pid_t pid, int number) {
  const auto open = read_descriptor(pid, number);
  if (open && open->kind == "pipe") return pipe_fill(pid, *open);
  const auto queue = posix_queue(pid, number, {});
  if (!queue) return nullptr;
  return {{"object", queue->name},
          {"holds", queue->messages},
          {"room", queue->messages_at_most},
          {"unit", "messages"}};
}

nlohmann::json told_call(const Stop& stop, const std::array<uint64_t, 6>& args) {
  nlohmann::json data = {{"call", true}, {"args", args}};
  if (stop.kind == Stop::Kind::call_exit) data["result"] = stop.result;
  if (!takes_descriptor(syscall_name(stop.call))) return data;
  const int number = static_cast<int>(args[0]);
  if (const auto open = read_descriptor(stop.pid, number)) data["on"] = open->object;
  if (stop.kind != Stop::Kind::call_exit) return data;
  if (nlohmann::json fill = fill_of(stop.pid, number); !fill.is_null()) data["fill"] = std::move(fill);
  return data;
}

}  // namespace harness

#include "run/call_record.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <iterator>

#include "os/descriptors.h"
#include "os/queues.h"
#include "os/syscalls.h"
#include "run/met_calls.h"

namespace harness {
namespace {

nlohmann::json pipe_fill(pid_t pid, const OpenDescriptor& open) {
  const Fd copy = copy_descriptor(pid, open.number);
  int bytes = 0;
  if (!copy.is_open() || ::ioctl(copy.get(), FIONREAD, &bytes) != 0) return nullptr;
  const int room = ::fcntl(copy.get(), F_GETPIPE_SZ);
  return {{"object", open.object}, {"holds", bytes}, {"room", room}, {"unit", "bytes"}};
}

}  // namespace

void watch_every_call(std::set<long>& calls, std::set<long>& exits) {
  // A child that cannot execute its program exits while its starter sleeps in vfork, where a stop would be
  // for ever. A history tells ends anyway.
  static const std::set<long> ends = {SYS_exit, SYS_exit_group};
  std::set_difference(explorable_calls().begin(), explorable_calls().end(), ends.begin(), ends.end(),
                      std::inserter(calls, calls.end()));
  exits.insert(returning_calls().begin(), returning_calls().end());
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

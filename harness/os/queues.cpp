#include "os/queues.h"

#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <filesystem>

#include "os/fd.h"
#include "os/files.h"
#include "os/procfs.h"

namespace harness {
namespace {

// MQUEUE_MAGIC of ipc/mqueue.c; no header of the kernel has it.
constexpr long kQueueFileSystem = 0x19800202;

std::string path_of(pid_t pid, int fd) { return proc_folder(pid) + "/fd/" + std::to_string(fd); }

bool is_queue(const std::string& path) {
  struct statfs system {};
  return ::statfs(path.c_str(), &system) == 0 && static_cast<long>(system.f_type) == kQueueFileSystem;
}

bool has_open(pid_t process, const struct stat& queue) {
  std::error_code error;
  const std::filesystem::directory_iterator files(proc_folder(process) + "/fd", error);
  return std::any_of(begin(files), end(files), [&](const auto& entry) {
    struct stat file {};
    return ::stat(entry.path().c_str(), &file) == 0 && file.st_dev == queue.st_dev &&
           file.st_ino == queue.st_ino;
  });
}

}  // namespace

bool QueueState::is_full() const {
  if (messages_at_most > 0) return messages >= messages_at_most;
  const int64_t one = messages > 0 ? bytes / messages : 1;
  return bytes_at_most > 0 && (bytes + one > bytes_at_most || messages >= bytes_at_most);
}

// Opened through the link of the process that has it, so that one without a name any more is found too.
std::optional<QueueState> posix_queue(pid_t pid, int fd, const std::vector<pid_t>& processes) {
  const std::string path = path_of(pid, fd);
  if (!is_queue(path)) return std::nullopt;
  const Fd queue(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  mq_attr attributes{};
  struct stat status {};
  if (!queue.is_open() || ::mq_getattr(queue.get(), &attributes) != 0 || ::fstat(queue.get(), &status) != 0)
    return std::nullopt;
  QueueState state{
      .name = read_link(path), .messages = attributes.mq_curmsgs, .messages_at_most = attributes.mq_maxmsg};
  for (const pid_t process : processes) {
    if (has_open(process, status)) state.holders.push_back(process);
  }
  return state;
}

std::optional<QueueState> sysv_queue(int id) {
  msqid_ds queue{};
  if (::msgctl(id, IPC_STAT, &queue) != 0) return std::nullopt;
  return QueueState{.name = "System V queue " + std::to_string(id),
                    .messages = static_cast<int64_t>(queue.msg_qnum),
                    .bytes = static_cast<int64_t>(queue.__msg_cbytes),
                    .bytes_at_most = static_cast<int64_t>(queue.msg_qbytes),
                    .last_sender = queue.msg_lspid,
                    .last_receiver = queue.msg_lrpid};
}

}  // namespace harness

// A POSIX message queue (mq_overview(7)) under a name that is given. The receiver makes it, or takes over the
// one that a dead receiver has left, and removes it when it is done.
#pragma once

#include <linux/capability.h>
#include <mqueue.h>

#include <algorithm>

#include "../common/message/readiness.h"

namespace queue_link {

using messages::Incoming;
using messages::Run;

inline int never_blocks(const Run& run) { return run.program.blocks_in_send ? 0 : O_NONBLOCK; }

inline int open_to_send(Run& run) {
  if (run.queue >= 0) mq_close(run.queue);
  run.queue = mq_open(run.options.name, O_WRONLY | O_CLOEXEC | never_blocks(run));
  return run.queue < 0 ? errno : 0;
}

inline long limit_named(const char* name, long otherwise) {
  char path[messages::kPathMax];
  snprintf(path, sizeof(path), "/proc/sys/fs/mqueue/%s", name);
  FILE* file = fopen(path, "re");
  long limit = otherwise;
  if (file != nullptr && fscanf(file, "%ld", &limit) != 1) limit = otherwise;
  if (file != nullptr) fclose(file);
  return limit;
}

inline mq_attr wanted_attributes(const Run& run) {
  mq_attr wanted{};
  wanted.mq_maxmsg = run.options.depth;
  wanted.mq_msgsize = static_cast<long>(messages::bytes_of(run.options));
  return wanted;
}

// The limits of queues do not count for those who have CAP_SYS_RESOURCE (mq_overview(7)); this program does
// not need it.
inline void become_ordinary() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct rights[2] = {};
  if (syscall(SYS_capget, &header, rights) != 0) return;
  rights[0].effective &= ~(1U << CAP_SYS_RESOURCE);
  syscall(SYS_capset, &header, rights);
}

inline int make(const Run& run, mq_attr wanted, int flags) {
  become_ordinary();
  return mq_open(run.options.name, O_CREAT | O_RDONLY | O_CLOEXEC | flags, 0600, &wanted);
}

// A queue longer than the system allows is refused (EINVAL): then as long as it may be.
inline int make_as_long_as_allowed(const Run& run, int flags) {
  mq_attr wanted = wanted_attributes(run);
  const int queue = make(run, wanted, flags);
  if (queue >= 0 || errno != EINVAL) return queue;
  wanted.mq_maxmsg = std::min<long>(wanted.mq_maxmsg, limit_named("msg_max", 10));
  return make(run, wanted, flags);
}

inline int open_to_receive(Run& run) {
  run.queue = make_as_long_as_allowed(run, O_NONBLOCK);
  if (run.queue < 0) return errno;
  mq_attr found{};
  mq_getattr(run.queue, &found);
  run.capacity = static_cast<int>(found.mq_maxmsg);
  return 0;
}

inline int send(Run& run, const unsigned char* bytes, size_t count, unsigned priority) {
  return mq_send(run.queue, reinterpret_cast<const char*>(bytes), count, priority) == 0 ? 0 : errno;
}

// The room must be no less than the queue's message size (mq_receive(3), EMSGSIZE), however small the
// messages are.
inline ssize_t receive(Run& run, Incoming& incoming) {
  unsigned priority = 0;
  incoming.room = std::max(incoming.room, messages::bytes_of(run.options));
  const ssize_t count =
      mq_receive(run.queue, reinterpret_cast<char*>(incoming.bytes), incoming.room, &priority);
  return count < 0 ? -errno : count;
}

inline int descriptors(Run& run, pollfd* waiting, short events) {
  waiting[0] = {.fd = run.queue, .events = events, .revents = 0};
  return 1;
}

inline void forget(Run& run) {
  mq_close(run.queue);
  mq_unlink(run.options.name);
}

// Nobody else would ever remove the name.
inline void abandon(Run& run) { mq_unlink(run.options.name); }

inline messages::Transport transport() {
  return {.open_to_send = open_to_send,
          .open_to_receive = open_to_receive,
          .send = send,
          .receive = receive,
          .descriptors = descriptors,
          .forget = forget,
          .abandon = abandon};
}

}  // namespace queue_link

// Message queues, POSIX and System V. They are made in an IPC namespace of the benchmark's own, which takes
// them along when it ends however it ends (ipc_namespaces(7)).
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include <array>
#include <cstring>
#include <string>

#include "base/result.h"
#include "bench/mechanism.h"

namespace harness {
namespace {

constexpr size_t kQueueMessage = 8192;  // the default limits of both: mq_overview(7), msgsnd(2)

class PosixQueueChannel : public Channel {
 public:
  PosixQueueChannel(mqd_t there, mqd_t back) : queues_{back, there} {}
  ~PosixQueueChannel() override {
    for (const mqd_t queue : queues_) ::mq_close(queue);
  }
  bool send(Side side, unsigned char* bytes, size_t count) override {
    return ::mq_send(queues_.at(side == Side::near ? 1 : 0), reinterpret_cast<char*>(bytes), count, 0) == 0;
  }
  bool receive(Side side, unsigned char* bytes, size_t count) override {
    std::array<char, kQueueMessage> whole;  // mq_receive(3) takes no smaller buffer than the largest message
    const mqd_t queue = queues_.at(side == Side::near ? 0 : 1);
    const bool is_large = count >= kQueueMessage;
    const ssize_t got =
        ::mq_receive(queue, is_large ? reinterpret_cast<char*>(bytes) : whole.data(), kQueueMessage, nullptr);
    if (!is_large && got > 0) std::memcpy(bytes, whole.data(), static_cast<size_t>(got));
    return got == static_cast<ssize_t>(count);
  }

 private:
  std::array<mqd_t, 2> queues_;  // what near receives from, what far receives from
};

class PosixQueueMechanism : public Mechanism {
 public:
  std::string_view id() const override { return "posix-mq"; }
  size_t largest_message() const override { return kQueueMessage; }
  int copies() const override { return 2; }
  Result<std::unique_ptr<Channel>> open() const override {
    ASSIGN_OR_RETURN(const mqd_t there, make("/harness-bench-there"));
    ASSIGN_OR_RETURN(const mqd_t back, make("/harness-bench-back"));
    return {std::make_unique<PosixQueueChannel>(there, back)};
  }

 private:
  static Result<mqd_t> make(const char* name) {
    mq_attr attributes{};
    attributes.mq_maxmsg = 10;
    attributes.mq_msgsize = kQueueMessage;
    const mqd_t queue = ::mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);
    if (queue < 0) return unavailable("POSIX message queues: " + system_error("mq_open").message);
    ::mq_unlink(name);
    return queue;
  }
};

class SysvQueueChannel : public Channel {
 public:
  SysvQueueChannel(int there, int back) : queues_{back, there} {}
  ~SysvQueueChannel() override {
    for (const int queue : queues_) ::msgctl(queue, IPC_RMID, nullptr);
  }
  bool send(Side side, unsigned char* bytes, size_t count) override {
    const long type = 1;
    std::memcpy(bytes - sizeof(type), &type, sizeof(type));
    return ::msgsnd(queues_.at(side == Side::near ? 1 : 0), bytes - sizeof(type), count, 0) == 0;
  }
  bool receive(Side side, unsigned char* bytes, size_t count) override {
    return ::msgrcv(queues_.at(side == Side::near ? 0 : 1), bytes - sizeof(long), count, 0, 0) ==
           static_cast<ssize_t>(count);
  }

 private:
  std::array<int, 2> queues_;
};

class SysvQueueMechanism : public Mechanism {
 public:
  std::string_view id() const override { return "sysv-msg"; }
  size_t largest_message() const override { return kQueueMessage; }
  int copies() const override { return 2; }
  Result<std::unique_ptr<Channel>> open() const override {
    const int there = ::msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    const int back = ::msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    if (there < 0 || back < 0)
      return unavailable("System V message queues: " + system_error("msgget").message);
    return {std::make_unique<SysvQueueChannel>(there, back)};
  }
};

const Registration<Mechanism> posix{std::make_unique<PosixQueueMechanism>()};
const Registration<Mechanism> sysv{std::make_unique<SysvQueueMechanism>()};

}  // namespace
}  // namespace harness

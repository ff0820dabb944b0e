#include "guest/start_order.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace harness {
namespace {

// A port that nobody is connected to reads as ended, and poll cannot wait for a connection: the kernel tells
// of it by SIGIO (virtio_console's send_sigio_to_port). Blocked, so that none is missed between a look and
// the wait.
class Connections {
 public:
  explicit Connections(int port) : port_(port) {
    sigset_t io;
    sigemptyset(&io);
    sigaddset(&io, SIGIO);
    ::sigprocmask(SIG_BLOCK, &io, &before_);
    ::fcntl(port_, F_SETOWN, ::getpid());
    ::fcntl(port_, F_SETFL, ::fcntl(port_, F_GETFL) | O_ASYNC);
  }
  ~Connections() {
    ::fcntl(port_, F_SETFL, ::fcntl(port_, F_GETFL) & ~O_ASYNC);
    ::signal(SIGIO, SIG_IGN);  // drops one that is pending
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    ::signal(SIGIO, SIG_DFL);
  }
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void wait_for_change() const {
    sigset_t io;
    sigemptyset(&io);
    sigaddset(&io, SIGIO);
    ::sigwaitinfo(&io, nullptr);
  }

 private:
  int port_;
  sigset_t before_{};
};

}  // namespace

StartOrder start_order_from(const nlohmann::json& message) {
  const nlohmann::json& start = message.at("start");
  StartOrder order{.time_ns = start.at("time_ns"), .seed = start.at("seed")};
  if (const auto denied = start.find("denied"); denied != start.end()) {
    order.denied = {.namespaces = denied->value("namespaces", false),
                    .ptrace = denied->value("ptrace", false)};
  }
  order.keep_away = start.value("keep_away", std::vector<std::string>());
  order.cpu = start.value("cpu", 0);
  order.litmus_rounds = start.value("litmus_rounds", int64_t{0});
  return order;
}

// Byte by byte: whatever follows the line belongs to the worker, which reads the port itself.
Result<std::string> wait_for_line(int port) {
  const Connections connections(port);
  std::string line;
  for (;;) {
    char byte = 0;
    const ssize_t count = ::read(port, &byte, 1);
    if (count < 0 && errno != EINTR) return system_error("reading the port");
    if (count == 0) {
      line.clear();  // whoever began it is gone
      connections.wait_for_change();
    }
    if (count <= 0) continue;
    if (byte == '\n') return line;
    line.push_back(byte);
  }
}

}  // namespace harness

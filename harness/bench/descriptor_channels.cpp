// What is read and written by a descriptor: pipe, sockets, eventfd.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "base/result.h"
#include "bench/mechanism.h"
#include "os/fd.h"

namespace harness {
namespace {

constexpr size_t kMessage = 65536;

struct Ends {
  Fd in;
  Fd out;
};

class DescriptorChannel : public Channel {
 public:
  DescriptorChannel(Ends near, Ends far) : ends_{std::move(near), std::move(far)} {}

  bool send(Side side, unsigned char* bytes, size_t count) override {
    const int out = ends_.at(static_cast<size_t>(side)).out.get();
    for (size_t done = 0; done < count;) {
      const ssize_t written = ::write(out, bytes + done, count - done);
      if (written < 0) return false;
      done += static_cast<size_t>(written);
    }
    return true;
  }

  // A stream gives what it has; the others a message at a time.
  bool receive(Side side, unsigned char* bytes, size_t count) override {
    const int in = ends_.at(static_cast<size_t>(side)).in.get();
    for (size_t done = 0; done < count;) {
      const ssize_t got = ::read(in, bytes + done, count - done);
      if (got == 0) errno = EPIPE;
      if (got <= 0) return false;
      done += static_cast<size_t>(got);
    }
    return true;
  }

 private:
  std::array<Ends, 2> ends_;
};

class DescriptorMechanism : public Mechanism {
 public:
  size_t largest_message() const override { return kMessage; }
  int copies() const override { return 2; }  // into the kernel, and out of it
};

class PipeMechanism : public DescriptorMechanism {
 public:
  std::string_view id() const override { return "pipe"; }
  CostClaim claim() const override { return {2800, 2}; }
  Result<std::unique_ptr<Channel>> open() const override {
    std::array<int, 2> there{}, back{};
    if (::pipe2(there.data(), O_CLOEXEC) != 0) return system_error("pipe2");
    Fd there_in(there[0]), there_out(there[1]);
    if (::pipe2(back.data(), O_CLOEXEC) != 0) return system_error("pipe2");
    return {std::make_unique<DescriptorChannel>(Ends{Fd(back[0]), std::move(there_out)},
                                                Ends{std::move(there_in), Fd(back[1])})};
  }
};

// Both directions by one descriptor.
Result<std::unique_ptr<Channel>> channel_of(Fd near, Fd far) {
  Fd near_in(::dup(near.get()));
  Fd far_in(::dup(far.get()));
  if (!near_in.is_open() || !far_in.is_open()) return system_error("dup");
  return {std::make_unique<DescriptorChannel>(Ends{std::move(near_in), std::move(near)},
                                              Ends{std::move(far_in), std::move(far)})};
}

class SocketPairMechanism : public DescriptorMechanism {
 public:
  SocketPairMechanism(std::string_view id, int type, CostClaim claim) : id_(id), type_(type), claim_(claim) {}
  std::string_view id() const override { return id_; }
  CostClaim claim() const override { return claim_; }
  Result<std::unique_ptr<Channel>> open() const override {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, type_ | SOCK_CLOEXEC, 0, ends.data()) != 0) return system_error("socketpair");
    return channel_of(Fd(ends[0]), Fd(ends[1]));
  }

 private:
  std::string_view id_;
  int type_;
  CostClaim claim_;
};

class TcpMechanism : public DescriptorMechanism {
 public:
  std::string_view id() const override { return "tcp"; }
  CostClaim claim() const override { return {1500, 8}; }
  Result<std::unique_ptr<Channel>> open() const override {
    const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    auto* where = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    if (!listener.is_open() || ::bind(listener.get(), where, size) != 0 || ::listen(listener.get(), 1) != 0 ||
        ::getsockname(listener.get(), where, &size) != 0) {
      return unavailable("TCP on the loopback: " + system_error("listen").message);
    }
    Fd near(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!near.is_open() || ::connect(near.get(), where, size) != 0)
      return unavailable("TCP on the loopback: " + system_error("connect").message);
    Fd far(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!far.is_open()) return system_error("accept4");
    const int is_on = 1;
    for (const Fd* end : {&near, &far})
      ::setsockopt(end->get(), IPPROTO_TCP, TCP_NODELAY, &is_on, sizeof(is_on));
    return channel_of(std::move(near), std::move(far));
  }
};

class EventfdChannel : public Channel {
 public:
  EventfdChannel(Fd near, Fd far) : counters_{std::move(near), std::move(far)} {}
  bool send(Side side, unsigned char*, size_t) override {
    const uint64_t one = 1;
    return ::write(counters_.at(side == Side::near ? 1 : 0).get(), &one, sizeof(one)) == sizeof(one);
  }
  bool receive(Side side, unsigned char*, size_t) override {
    uint64_t count = 0;
    return ::read(counters_.at(side == Side::near ? 0 : 1).get(), &count, sizeof(count)) == sizeof(count);
  }

 private:
  std::array<Fd, 2> counters_;  // what near waits for, what far waits for
};

class EventfdMechanism : public Mechanism {
 public:
  std::string_view id() const override { return "eventfd"; }
  size_t largest_message() const override { return 0; }
  int copies() const override { return 0; }
  Result<std::unique_ptr<Channel>> open() const override {
    Fd near(::eventfd(0, EFD_CLOEXEC));
    Fd far(::eventfd(0, EFD_CLOEXEC));
    if (!near.is_open() || !far.is_open()) return system_error("eventfd");
    return {std::make_unique<EventfdChannel>(std::move(near), std::move(far))};
  }
};

const Registration<Mechanism> pipe_mechanism{std::make_unique<PipeMechanism>()};
const Registration<Mechanism> stream{
    std::make_unique<SocketPairMechanism>("unix-stream", SOCK_STREAM, CostClaim{3200, 2})};
const Registration<Mechanism> datagram{
    std::make_unique<SocketPairMechanism>("unix-datagram", SOCK_DGRAM, CostClaim{})};
const Registration<Mechanism> seqpacket{
    std::make_unique<SocketPairMechanism>("unix-seqpacket", SOCK_SEQPACKET, CostClaim{})};
const Registration<Mechanism> tcp{std::make_unique<TcpMechanism>()};
const Registration<Mechanism> eventfd_mechanism{std::make_unique<EventfdMechanism>()};

}  // namespace
}  // namespace harness

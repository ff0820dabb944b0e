#include "os/network.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "os/files.h"

namespace harness {
namespace {

int bring_loopback_up() {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return errno;
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return ::ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
}

// Runs in a child, which then holds the namespace until its parent has a descriptor of it.
int enter_new_network(int first_port, int last_port) {
  if (::unshare(CLONE_NEWNET) != 0) return errno;
  if (const int error = bring_loopback_up(); error != 0) return error;
  if (first_port == 0) return 0;
  const std::string range = std::to_string(first_port) + " " + std::to_string(last_port);
  return write_existing("/proc/sys/net/ipv4/ip_local_port_range", range) ? 0 : EACCES;
}

[[noreturn]] void hold_new_network(int parent, int first_port, int last_port) {
  const int error = enter_new_network(first_port, last_port);
  char byte = 0;
  if (::write(parent, &error, sizeof error) == sizeof error) {
    [[maybe_unused]] const ssize_t ended = ::read(parent, &byte, 1);
  }
  ::_exit(0);
}

Result<Fd> network_of(pid_t child, int conversation) {
  int error = EPROTO;
  if (::read(conversation, &error, sizeof error) != sizeof error) error = EPROTO;
  if (error != 0) return unavailable(std::string("no private network: ") + std::strerror(error));
  Fd network(::open(("/proc/" + std::to_string(child) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
  if (!network.is_open()) return unavailable(std::string("no private network: ") + std::strerror(errno));
  return network;
}

}  // namespace

Result<Fd> make_network(int first_port, int last_port) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return system_error("socketpair");
  Fd ours(ends[0]);
  Fd theirs(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return system_error("fork");
  if (child == 0) {
    ours = Fd();
    hold_new_network(theirs.get(), first_port, last_port);
  }
  theirs = Fd();
  Result<Fd> network = network_of(child, ours.get());
  ours = Fd();
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return network;
}

}  // namespace harness

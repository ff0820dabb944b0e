#include "guest/machine.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <optional>
#include <vector>

#include "os/files.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr int kPortDeadline_ms = 60'000;  // of silence; the kernel under emulation takes 20 ms
constexpr const char* kPorts = "/sys/class/virtio-ports";

struct Mount {
  const char* type;
  const char* target;
  const char* options;
};

Status mount_one(const Mount& order) {
  if (::mkdir(order.target, 0755) != 0 && errno != EEXIST)
    return system_error(std::string("mkdir ") + order.target);
  // EBUSY: the kernel has mounted it itself (CONFIG_DEVTMPFS_MOUNT).
  if (::mount(order.type, order.target, order.type, 0, order.options) != 0 && errno != EBUSY) {
    return system_error(std::string("mount ") + order.target);
  }
  return done();
}

// Told by the kernel of every device that comes to be, and of every change of one (netlink(7)).
Result<Fd> open_device_news() {
  Fd news(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = 1;
  if (!news.is_open() || ::bind(news.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return system_error("the kernel's news of devices");
  }
  return news;
}

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// The device file of the port that has this name, if it has come.
std::optional<std::string> find_port(const std::string& name) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(kPorts, error)) {
    const auto given = read_file((entry.path() / "name").string());
    const std::string device = "/dev/" + entry.path().filename().string();
    if (given && trimmed(*given) == name && exists(device)) return device;
  }
  return std::nullopt;
}

Status load_module(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_error("module " + path);
  if (::syscall(SYS_finit_module, file.get(), "", 0) != 0 && errno != EEXIST)
    return system_error("module " + path);
  return done();
}

std::optional<std::string> bytes_of(const std::string& hex) {
  std::string bytes;
  if (hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  for (size_t at = 0; at < hex.size(); at += 2) {
    char* end = nullptr;
    const std::string pair = hex.substr(at, 2);
    bytes.push_back(static_cast<char>(std::strtoul(pair.c_str(), &end, 16)));
    if (*end != '\0') return std::nullopt;
  }
  return bytes;
}

}  // namespace

Status mount_file_systems() {
  ::umask(0);
  for (const Mount& order : {Mount{"proc", "/proc", ""},
                             {"sysfs", "/sys", ""},
                             {"devtmpfs", "/dev", ""},
                             {"tmpfs", "/dev/shm", "mode=1777"},
                             {"mqueue", "/dev/mqueue", ""},
                             {"devpts", "/dev/pts", "ptmxmode=0666"},
                             {"tmpfs", "/tmp", "mode=1777"}}) {
    TRY(mount_one(order));
  }
  for (const char* directory : {"/mnt", "/media", "/srv", "/var", "/var/tmp", "/run", "/root"}) {
    if (::mkdir(directory, 0755) != 0 && errno != EEXIST)
      return system_error(std::string("mkdir ") + directory);
  }
  for (const auto& [link, target] : {std::pair{"/dev/fd", "/proc/self/fd"},
                                     {"/dev/stdin", "/proc/self/fd/0"},
                                     {"/dev/stdout", "/proc/self/fd/1"},
                                     {"/dev/stderr", "/proc/self/fd/2"}}) {
    if (::symlink(target, link) != 0 && errno != EEXIST) return system_error(std::string("symlink ") + link);
  }
  ::umask(022);
  return done();
}

Status bring_up_loopback() {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  if (!socket.is_open() || ::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
    return system_error("interface lo");
  return done();
}

Status load_modules(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) TRY(load_module(path));
  return done();
}

// The ports come from a work queue of the kernel some time after the module is there, each first without its
// name; every step is told as news, and the news is listened to before the first look.
Result<Fd> open_port(const std::string& name) {
  ASSIGN_OR_RETURN(const Fd news, open_device_news());
  for (;;) {
    if (const auto device = find_port(name)) {
      Fd port(::open(device->c_str(), O_RDWR | O_CLOEXEC));
      if (!port.is_open()) return system_error("cannot open " + *device);
      return port;
    }
    pollfd waiting{news.get(), POLLIN, 0};
    if (::poll(&waiting, 1, kPortDeadline_ms) == 0) {
      return internal_error("there is no virtio port named \"" + name + "\"");
    }
    std::array<char, 8192> text;  // what it says does not matter: the ports are looked at again
    [[maybe_unused]] const ssize_t count = ::recv(news.get(), text.data(), text.size(), 0);
  }
}

Status set_clock(int64_t realtime_ns) {
  const timespec now{realtime_ns / 1'000'000'000, realtime_ns % 1'000'000'000};
  if (::clock_settime(CLOCK_REALTIME, &now) != 0) return system_error("clock_settime");
  return done();
}

Status feed_entropy(const std::string& hex) {
  const auto bytes = bytes_of(hex);
  if (!bytes) return usage_error("the seed \"" + hex + "\" is not an even number of hex digits");
  const Fd random(::open("/dev/urandom", O_RDWR | O_CLOEXEC));
  if (!random.is_open()) return system_error("/dev/urandom");
  // struct rand_pool_info (random(4)): how many bits the bytes are worth, how many bytes, the bytes.
  std::vector<int> pool(2 + (bytes->size() + sizeof(int) - 1) / sizeof(int));
  pool[0] = static_cast<int>(bytes->size() * 8);
  pool[1] = static_cast<int>(bytes->size());
  std::memcpy(&pool[2], bytes->data(), bytes->size());
  if (::ioctl(random.get(), RNDADDENTROPY, pool.data()) != 0) return system_error("RNDADDENTROPY");
  if (::ioctl(random.get(), RNDRESEEDCRNG) != 0) return system_error("RNDRESEEDCRNG");
  return done();
}

void power_off() {
  ::sync();
  ::reboot(RB_POWER_OFF);
  for (;;) ::pause();  // the kernel has been told; process 1 must not end before it obeys
}

}  // namespace harness

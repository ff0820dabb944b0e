#include "os/qemu.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include <nlohmann/json.hpp>

#include "os/child.h"
#include "os/clock.h"

namespace harness {
namespace {

using nlohmann::json;

// The last four save a second of three (measured). The guest's process 1 must not read its arguments: the
// kernel hands it those of these words that it does not know.
constexpr const char* kKernelWords =
    "console=ttyAMA0 quiet panic=-1 nokaslr mitigations=off kpti=off cryptomgr.notests";

constexpr int kSendPatience_s = 30;   // for an emulator that does not take what it is sent
constexpr int kSendBuffer = 4 << 20;  // a program for the guest goes in whole, where the kernel allows
constexpr int64_t kGraceAfterStream_ns = 1'000'000'000;
constexpr size_t kConsoleRead = 16384;  // bytes of the console's end that are looked at
constexpr size_t kConsoleKept = 600;    // and of those the most that are quoted

struct Ends {
  Fd ours;
  Fd theirs;
};

Result<Ends> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return system_error("socketpair");
  Ends pair{.ours = Fd(ends[0]), .theirs = Fd(ends[1])};
  const timeval patience{kSendPatience_s, 0};
  ::setsockopt(pair.ours.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::setsockopt(pair.ours.get(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  return pair;
}

std::string path_of(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

std::vector<std::string> memory_options(const MachineModel& model, const Fd& memory, bool is_shared) {
  const std::string size = ",id=ram,size=" + std::to_string(model.memory_mib) + "M";
  std::string backend = "memory-backend-ram" + size;
  if (memory.is_open()) {
    backend = "memory-backend-file" + size + ",mem-path=" + path_of(memory.get()) +
              (is_shared ? ",share=on" : ",share=off");
  }
  return {"-object", backend, "-machine", "memory-backend=ram"};
}

// Appends what comes to `unread` until a line is whole, and takes it from there.
Result<std::string> next_line(int descriptor, std::string& unread, const Patience& patience) {
  for (;;) {
    if (const size_t end = unread.find('\n'); end != std::string::npos) {
      std::string line = unread.substr(0, end);
      unread.erase(0, end + 1);
      return line;
    }
    const int64_t left_ms = (patience.until_ns - now_ns()) / 1'000'000;
    pollfd waited[] = {{descriptor, POLLIN, 0}, {patience.interrupt, POLLIN, 0}};
    const int count = left_ms > 0 ? ::poll(waited, 2, static_cast<int>(left_ms)) : 0;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("poll");
    if (count == 0) return system_error("no answer", ETIMEDOUT);
    if (waited[1].revents != 0) return system_error("waiting", EINTR);
    char chunk[65536];
    const ssize_t size = ::read(descriptor, chunk, sizeof chunk);
    if (size <= 0) return system_error("its stream ended", EPIPE);
    unread.append(chunk, static_cast<size_t>(size));
  }
}

json monitor_command(const char* name, const json& arguments = json::object()) {
  return {{"execute", name}, {"arguments", arguments}};
}

// RAM that is in a file is left out of the state, and progress is told by events.
json capabilities() {
  json list = json::array();
  for (const char* name : {"x-ignore-shared", "events"})
    list.push_back({{"capability", name}, {"state", true}});
  return {{"capabilities", list}};
}

}  // namespace

std::vector<std::string> machine_options(const MachineModel& model) {
  return {"-M",          "virt",
          "-accel",      std::string("tcg,thread=") + (model.parallel ? "multi" : "single"),
          "-cpu",        model.cpu,
          "-smp",        std::to_string(model.cpus),
          "-m",          std::to_string(model.memory_mib),
          "-nodefaults", "-display",
          "none",        "-no-reboot",
          "-device",     "virtio-serial-device",
          "-device",     "virtserialport,chardev=work,name=work",
          "-kernel",     model.kernel,
          "-initrd",     model.initrd,
          "-append",     kKernelWords};
}

Result<Machine> Machine::start(const MachineModel& model, const std::vector<std::string>& options,
                               const std::vector<int>& descriptors) {
  Machine machine;
  ASSIGN_OR_RETURN(Ends stream, socket_pair());
  ASSIGN_OR_RETURN(Ends monitor, socket_pair());
  machine.stream_ = std::move(stream.ours);
  machine.monitor_ = std::move(monitor.ours);
  machine.console_ = Fd(::memfd_create("console", MFD_CLOEXEC));
  if (!machine.console_.is_open()) return system_error("memfd_create");
  ::fcntl(machine.console_.get(), F_SETFL, O_APPEND);
  ChildOrder order{.command = {model.emulator}, .descriptors = descriptors, .output = machine.console_.get()};
  for (const int end : {stream.theirs.get(), monitor.theirs.get(), machine.console_.get()}) {
    order.descriptors.push_back(end);
  }
  const auto add = [&](const std::vector<std::string>& words) {
    order.command.insert(order.command.end(), words.begin(), words.end());
  };
  add({"-chardev", "socket,id=work,fd=" + std::to_string(stream.theirs.get())});
  add({"-chardev", "socket,id=monitor,fd=" + std::to_string(monitor.theirs.get())});
  add({"-mon", "chardev=monitor,mode=control"});
  add({"-chardev", "file,id=console,append=on,path=" + path_of(machine.console_.get())});
  add({"-serial", "chardev:console"});
  add(machine_options(model));
  add(options);
  ASSIGN_OR_RETURN(machine.process_, start_child(order));
  TRY(machine.tell_monitor(monitor_command("qmp_capabilities").dump()));
  TRY(machine.tell_monitor(monitor_command("migrate-set-capabilities", capabilities()).dump()));
  return machine;
}

Result<Machine> Machine::boot(const MachineModel& model, const Fd& memory) {
  std::vector<int> descriptors;
  if (memory.is_open()) descriptors.push_back(memory.get());
  return start(model, memory_options(model, memory, true), descriptors);
}

Result<Machine> Machine::restore(const MachineModel& model, const Fd& memory, const Fd& state) {
  std::vector<std::string> options = memory_options(model, memory, false);
  options.insert(options.end(), {"-incoming", "defer"});
  ASSIGN_OR_RETURN(Machine machine, start(model, options, {memory.get()}));
  const Fd begun(
      ::open(path_of(state.get()).c_str(), O_RDONLY | O_CLOEXEC));  // to be read from its beginning
  if (!begun.is_open()) return system_error("the saved state");
  TRY(machine.tell_monitor(monitor_command("getfd", {{"fdname", "state"}}).dump(), begun.get()));
  TRY(machine.tell_monitor(monitor_command("migrate-incoming", {{"uri", "fd:state"}}).dump()));
  return machine;
}

Machine::Machine(Machine&& other) noexcept { *this = std::move(other); }

Machine& Machine::operator=(Machine&& other) noexcept {
  if (this == &other) return *this;
  end();
  stream_ = std::move(other.stream_);
  monitor_ = std::move(other.monitor_);
  console_ = std::move(other.console_);
  process_ = std::exchange(other.process_, -1);
  ended_ = std::move(other.ended_);
  unread_ = std::move(other.unread_);
  unread_of_monitor_ = std::move(other.unread_of_monitor_);
  emulator_version_ = std::move(other.emulator_version_);
  return *this;
}

Machine::~Machine() { end(); }

std::string Machine::end(int64_t grace_ns) {
  if (process_ <= 0) return ended_;
  if (grace_ns > 0) {
    const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)));
    pollfd ending{handle.get(), POLLIN, 0};
    ::poll(&ending, handle.is_open() ? 1 : 0, static_cast<int>(grace_ns / 1'000'000));
  }
  ::kill(process_, SIGKILL);
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = how_it_ended(status);
  process_ = -1;
  return ended_;
}

Error Machine::gone(const std::string& doing) {
  const std::string how = end(kGraceAfterStream_ns);
  const std::string words = last_words();
  return internal_error(doing + ": the emulator ended (" + how + ")" + (words.empty() ? "" : ": " + words));
}

Result<std::string> Machine::read_line(const Patience& patience) {
  auto line = next_line(stream_.get(), unread_, patience);
  if (line || line.error().code != EPIPE) return line;
  return gone("waiting for the guest");
}

Status Machine::tell_monitor(const std::string& command, int descriptor) const {
  std::string text = command + "\n";
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{.msg_iov = &part, .msg_iovlen = 1};
  if (descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::copy_n(reinterpret_cast<const char*>(&descriptor), sizeof descriptor,
                reinterpret_cast<char*>(CMSG_DATA(header)));
  }
  if (::sendmsg(monitor_.get(), &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size())) return done();
  if (errno == EPIPE || errno == ECONNRESET) return done();  // it has ended: whoever reads next will see how
  return system_error("the emulator's monitor");
}

Result<std::string> Machine::read_monitor(const Patience& patience) {
  auto line = next_line(monitor_.get(), unread_of_monitor_, patience);
  if (line && emulator_version_.empty()) hear_greeting(*line);
  return line;
}

Status Machine::save(const Fd& state, const Patience& patience) {
  TRY(tell_monitor(monitor_command("getfd", {{"fdname", "state"}}).dump(), state.get()));
  TRY(tell_monitor(monitor_command("migrate", {{"uri", "fd:state"}}).dump()));
  for (;;) {
    const auto line = read_monitor(patience);
    if (!line && line.error().code == EPIPE) return gone("saving the guest");
    TRY(line);
    const json said = json::parse(*line, nullptr, false);
    if (said.contains("error")) return internal_error("saving the guest: " + said["error"].dump());
    if (said.value("event", "") != "MIGRATION") continue;
    const std::string status = said["data"].value("status", "");
    if (status == "completed") return done();
    if (status == "failed") return internal_error("saving the guest: the emulator says that it failed");
  }
}

// The monitor's first line is its greeting.
void Machine::hear_greeting(const std::string& line) {
  const json greeting = json::parse(line, nullptr, false);
  if (!greeting.is_object() || !greeting.contains("QMP")) return;
  const json& version = greeting["QMP"]["version"];
  for (const char* part : {"major", "minor", "micro"}) {
    emulator_version_ +=
        (emulator_version_.empty() ? "" : ".") + std::to_string(version["qemu"].value(part, 0));
  }
  const std::string package = version.value("package", "");
  if (!package.empty()) emulator_version_ += " (" + package + ")";
}

Result<std::string> Machine::emulator_version(const Patience& patience) {
  while (emulator_version_.empty()) TRY(read_monitor(patience));
  return emulator_version_;
}

std::string Machine::last_words() const {
  const off_t size = ::lseek(console_.get(), 0, SEEK_END);
  std::string text(std::min(kConsoleRead, static_cast<size_t>(std::max<off_t>(0, size))), '\0');
  const ssize_t count =
      ::pread(console_.get(), text.data(), text.size(), size - static_cast<off_t>(text.size()));
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  std::erase(text, '\r');
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (const size_t panic = text.rfind("Kernel panic"); panic != std::string::npos) {
    return text.substr(panic, kConsoleKept);
  }
  if (text.size() <= kConsoleKept) return text;
  const size_t cut = text.size() - kConsoleKept;
  const size_t line = text.find('\n', cut);
  return "…" + text.substr(line == std::string::npos ? cut : line + 1);
}

bool Machine::was_stopped() const {
  siginfo_t news{};
  bool was = false;
  while (process_ > 0 &&
         ::waitid(P_PID, static_cast<id_t>(process_), &news, WSTOPPED | WCONTINUED | WNOHANG) == 0 &&
         news.si_pid != 0) {
    was = true;
    news = {};
  }
  return was;
}

}  // namespace harness

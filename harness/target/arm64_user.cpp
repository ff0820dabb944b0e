// The arm64-user target: programs built for arm64, each under QEMU's user mode, on this machine's kernel.
//
// The emulator makes the programs' system calls for them, and not all: it has no robust lists, so that the
// death of a lock's owner is never told and waiters hang (docker run --platform linux/arm64 is this as well).
// What it lacks is found by trying, in a program of its own under the same emulator; cases that need it are
// left out by name.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "inject/injector.h"
#include "os/child.h"
#include "os/fd.h"
#include "os/files.h"
#include "os/program.h"
#include "run/handler_watch.h"
#include "target/forked_worker.h"
#include "target/sanitizer.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUserEmulator = "qemu-aarch64";
constexpr const char* kBuild = "arm64";

fs::path beside_own_build(const std::string& name) {
  return fs::path(read_link("/proc/self/exe")).parent_path().parent_path() / kBuild / name;
}

std::string libraries() {
  const fs::path sysroot = beside_own_build("").parent_path().parent_path() / "arm64-sysroot";
  return fs::is_directory(sysroot) ? sysroot.string() : "/usr/aarch64-linux-gnu";
}

// What a command becomes under the emulator.
std::vector<std::string> emulated(const std::string& emulator, const std::vector<std::string>& command) {
  std::vector<std::string> words = {emulator, "-L", libraries()};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

// What a program of ours says, as one line of JSON, of where it runs.
struct Emulated {
  std::map<std::string, std::string> lacks;
  nlohmann::json litmus;
};

Result<Emulated> qualities_under(const std::string& emulator, int64_t litmus_rounds) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe2");
  const Fd ours(ends[0]);
  Fd theirs(ends[1]);
  ASSIGN_OR_RETURN(const pid_t child,
                   start_child({.command = emulated(emulator, {beside_own_build("harness-guest").string(),
                                                               std::to_string(litmus_rounds)}),
                                .output = theirs.get()}));
  theirs.reset();
  std::string text;
  char part[512];
  for (ssize_t count = 0; (count = ::read(ours.get(), part, sizeof part)) > 0;)
    text.append(part, static_cast<size_t>(count));
  int status = 0;
  ::waitpid(child, &status, 0);
  const auto told = nlohmann::json::parse(text, nullptr, false);
  if (!told.is_object() || !told.contains("lacks"))
    return unavailable(
        fmt::format("{} could not tell what it lacks ({}): {}", kUserEmulator, how_it_ended(status), text));
  return Emulated{told["lacks"], told.value("litmus", nlohmann::json::array())};
}

// A worker of this machine, whose cases' programs run under the emulator.
class EmulatingWorker : public WorkerLink {
 public:
  EmulatingWorker(std::unique_ptr<WorkerLink> inner, std::string emulator, Emulated qualities)
      : inner_(std::move(inner)), emulator_(std::move(emulator)) {
    lacks_ = std::move(qualities.lacks);
    litmus_ = std::move(qualities.litmus);
  }

  int stream() const override { return inner_->stream(); }

  std::string cannot_run(const Case& plan) const override {
    if (!records_without_tracer(plan))
      return "the emulator's own calls and descriptors would be counted with the program's";
    for (const Fault& fault : plan.faults) {
      if (is_on_object(fault.action) && fault.action.name != "leak")
        return "no call can be made in the name of a program under an emulator";
      for (const InjectionPoint& point : {fault.at, fault.hold.arrival.point, fault.resume.arrival.point}) {
        if (const std::string why = no_point(point); !why.empty()) return why;
      }
    }
    for (const RoleInstance& role : plan.roles) {
      if (const std::string why = role.ready.point ? no_point(*role.ready.point) : ""; !why.empty())
        return why;
    }
    return WorkerLink::cannot_run(plan);
  }
  std::string take_unread() override { return inner_->take_unread(); }
  bool on_message(const nlohmann::json& message) override { return inner_->on_message(message); }
  void hang_up() override { inner_->hang_up(); }
  std::string end() override { return inner_->end(); }

  Status give(const Case& plan) override {
    Case emulating = plan;
    for (RoleInstance& role : emulating.roles) {
      role.command = emulated(emulator_, role.command);
      role.from_zygote = false;
    }
    return inner_->give(emulating);
  }

 private:
  static std::string no_point(const InjectionPoint& point) {
    if (point.kind == InjectionPoint::Kind::instruction) return "no program can be stepped under an emulator";
    if (point.kind == InjectionPoint::Kind::ending) return "no program can be held there under an emulator";
    if (point.kind == InjectionPoint::Kind::syscall)
      return "the emulator makes the system calls, so that there are no points at them";
    return "";
  }

  std::unique_ptr<WorkerLink> inner_;
  std::string emulator_;
};

class Arm64UserTarget : public Target {
 public:
  std::string_view id() const override { return "arm64-user"; }
  std::string_view summary() const override {
    return "programs for arm64 under QEMU's user mode: quick, and without what it does not emulate";
  }

  std::vector<std::string> shows() const override {
    return {"parsing, framing, end of streams, signals, sockets, System V objects of arm64 programs"};
  }

  std::vector<std::string> cannot_show() const override {
    return {"owner death: the emulator has no robust lists",
            "system call points: the emulator makes the calls", "the weak memory order of arm64"};
  }

  std::string build() const override { return kBuild; }
  std::string architecture() const override { return "aarch64"; }
  std::string made_by() const override { return "ci/arm64-image"; }
  std::map<std::string, std::string> lacks() const override { return lacks_of(nullptr); }

  Status availability() const override {
    if (!find_program(kUserEmulator, ""))
      return unavailable(std::string(kUserEmulator) +
                         " is not installed; it is in Debian's package qemu-user");
    if (!exists(beside_own_build("harness-guest").string()))
      return unavailable("nothing is built for arm64; build it: " + made_by());
    return done();
  }

  Result<std::unique_ptr<WorkerLink>> open_worker(const WorkerRequest& request) const override {
    ASSIGN_OR_RETURN(const std::string emulator, find_program(kUserEmulator, ""));
    ASSIGN_OR_RETURN(Emulated qualities, qualities_under(emulator, request.litmus_rounds));
    WorkerRequest untraced = request;
    untraced.denied.ptrace = untraced.denied.notification = true;
    untraced.denied.why = "a tracer would see the emulator's own system calls";
    ASSIGN_OR_RETURN(auto inner, fork_worker(untraced));
    return std::unique_ptr<WorkerLink>(
        std::make_unique<EmulatingWorker>(std::move(inner), emulator, std::move(qualities)));
  }
};

const Registration<Target> registration{std::make_unique<Arm64UserTarget>()};

}  // namespace
}  // namespace harness

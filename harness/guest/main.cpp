// harness-guest: process 1 of a guest machine. Makes the machine ready, waits for the coordinator's word on a
// virtio port, runs the worker that serves it (run/protocol.h), and powers off when that is over.
//
// It never looks at argv: the kernel puts the words of its own command line there that it does not know.
#include <fcntl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "guest/machine.h"
#include "guest/start_order.h"
#include "os/abilities.h"
#include "run/calibration.h"
#include "run/litmus.h"
#include "run/protocol.h"
#include "run/worker.h"

namespace harness {
namespace {

constexpr const char* kPortName = "work";
constexpr const char* kModules = "/modules";

void say_on_console(const std::string& message) {
  std::fprintf(stderr, "harness-guest: %s\n", message.c_str());
  std::fflush(stderr);
}

// The kernel opens the console for process 1 only where the image has a /dev/console.
void open_console() {
  if (::fcntl(STDERR_FILENO, F_GETFD) >= 0) return;
  const int console = ::open("/dev/console", O_RDWR);
  for (const int target : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (console != target) ::dup2(console, target);
  }
}

// Kernel parameters with an = that the kernel does not know become variables.
void clean_environment() {
  ::clearenv();
  ::setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  ::setenv("HOME", "/root", 1);
}

// An emulated machine is slow, and its CPUs seldom meet.
constexpr LitmusExtent kQuickLitmus{.rounds = 16384, .limit_ns = 40'000'000};

LitmusExtent litmus_of(int64_t rounds) { return rounds > 0 ? thorough_litmus(rounds) : kQuickLitmus; }

nlohmann::json machine_facts() {
  utsname name{};
  ::uname(&name);
  return {{"kernel", name.release}, {"arch", name.machine}};
}

Status say_ready(int port) {
  nlohmann::json ready = machine_facts();
  ready["version"] = kProtocolVersion;
  return send_message(port, {{"ready", ready}});
}

// In a child of process 1, since a sandbox forks, and the process that entered it leaves by exit.
Status become_worker(int port, const StartOrder& order) {
  nlohmann::json facts = machine_facts();
  ASSIGN_OR_RETURN(facts["calibration_ns"], calibration_ns(order.cpu));
  const int status = serve({.stream = port,
                            .cpu = order.cpu,
                            .denied = order.denied,
                            .litmus = litmus_of(order.litmus_rounds),
                            .keep_away = order.keep_away,
                            .accepts_files = true,
                            .facts = std::move(facts)});
  if (status != 0) return internal_error("the worker ended with status " + std::to_string(status));
  return done();
}

// Runs until it ends; whatever is orphaned outside of its sandbox meanwhile is reaped.
Status run_worker(int port, const StartOrder& order) {
  const pid_t worker = ::fork();
  if (worker < 0) return system_error("fork");
  if (worker == 0) {
    Status status = done();
    try {
      status = become_worker(port, order);
    } catch (const std::exception& error) {
      status = internal_error(std::string("worker: ") + error.what());
    }
    if (!status) say_on_console(status.error().message);
    ::_exit(status ? 0 : 70);
  }
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended < 0 && errno != EINTR) return system_error("waitpid");
    if (ended != worker) continue;
    if (WIFSIGNALED(status))
      return internal_error("the worker was ended by signal " + std::to_string(WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0)
      return internal_error("the worker ended with status " + std::to_string(WEXITSTATUS(status)));
    return done();
  }
}

Status live() {
  TRY(mount_file_systems());
  open_console();
  clean_environment();
  TRY(bring_up_loopback());
  TRY(load_modules(kModules));
  ASSIGN_OR_RETURN(const Fd port, open_port(kPortName));
  TRY(say_ready(port.get()));
  ASSIGN_OR_RETURN(const std::string line, wait_for_line(port.get()));
  const StartOrder order = start_order_from(nlohmann::json::parse(line));
  TRY(set_clock(order.time_ns));
  TRY(feed_entropy(order.seed));
  return run_worker(port.get(), order);
}

// Not as process 1 of a guest, but as a program under an emulator of system calls (target arm64-user).
void say_what_is_lacking(int64_t litmus_rounds) {
  const std::vector<LitmusCount> litmus = run_litmus(litmus_of(litmus_rounds));
  nlohmann::json lacks = nlohmann::json::object();
  for (const Ability& ability : probe_needed_abilities()) {
    if (!ability.is_there) lacks[ability.id] = ability.detail;
  }
  std::printf("%s\n", nlohmann::json{{"lacks", lacks}, {"litmus", litmus}}.dump().c_str());
}

}  // namespace
}  // namespace harness

int main(int argc, char** argv) {
  if (::getpid() != 1) {
    harness::say_what_is_lacking(argc > 1 ? std::strtoll(argv[1], nullptr, 10) : 0);
    return 0;
  }
  try {
    if (const harness::Status status = harness::live(); !status) {
      harness::say_on_console(status.error().message);
    }
  } catch (const std::exception& error) {
    harness::say_on_console(error.what());
  }
  harness::power_off();
}

// The native target: this machine, this kernel, the programs as they were built.
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "os/abilities.h"
#include "os/child.h"
#include "os/fd.h"
#include "run/protocol.h"
#include "run/worker.h"
#include "target/target.h"

namespace harness {
namespace {

// The CPU of a slot among those that we may use.
int cpu_of(int slot) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
  const int count = CPU_COUNT(&allowed);
  int wanted = count > 0 ? slot % count : 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &allowed) && wanted-- == 0) return cpu;
  }
  return -1;
}

// A fork of this process, in a session of its own so that Ctrl-C reaches the coordinator alone. It notices
// the coordinator's death by the end of its stream and cleans up; a kill of both at once leaves the
// namespaces to the kernel.
class ForkedWorker : public WorkerLink {
 public:
  ForkedWorker(Fd stream, pid_t process) : stream_(std::move(stream)), process_(process) {
    living().insert(process);
  }
  ~ForkedWorker() override { end(); }

  int stream() const override { return stream_.get(); }
  Status give(const Case& plan) override { return send_message(stream_.get(), {{"case", plan}}); }

  bool on_message(const nlohmann::json& message) override {
    if (const auto hello = message.find("hello"); hello != message.end())
      scratch_ = hello->value("scratch", "");
    return false;
  }

  void hang_up() override { stream_.reset(); }

  // It is waited for, however long it takes, since it has things to take away.
  std::string end() override {
    hang_up();
    if (process_ <= 0) return "";
    int status = 0;
    ::waitpid(process_, &status, 0);
    living().erase(process_);
    if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0) {
      clean_up_after_worker(process_, scratch_, {living().begin(), living().end()});
    }
    process_ = -1;
    return how_it_ended(status);
  }

 private:
  static std::set<pid_t>& living() {
    static std::set<pid_t> workers;
    return workers;
  }

  Fd stream_;
  pid_t process_;
  std::string scratch_;  // its directory, where that is not gone with its namespaces
};

class NativeTarget : public Target {
 public:
  std::string_view id() const override { return "native"; }
  std::string_view summary() const override { return "this machine's kernel, the programs as built for it"; }

  std::vector<std::string> shows() const override {
    return {"crash recovery, EOF, back-pressure, residue, lost updates that the schedule reaches"};
  }

  std::vector<std::string> cannot_show() const override {
    return {"data races but by luck", "the weak memory order of arm64"};
  }

  Status availability() const override { return done(); }

  Result<std::unique_ptr<WorkerLink>> open_worker(const WorkerRequest& request) const override {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return system_error("socketpair");
    Fd ours(ends[0]);
    Fd theirs(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return system_error("fork");
    if (child == 0) {
      ours.reset();
      become_worker(theirs.get(), request);
    }
    return std::unique_ptr<WorkerLink>(std::make_unique<ForkedWorker>(std::move(ours), child));
  }

 private:
  [[noreturn]] static void become_worker(int stream, const WorkerRequest& request) {
    ::setsid();
    ::dup2(stream, 3);  // the streams of other workers, and the record's files, are none of ours
    ::close_range(4, ~0U, 0);
    int status = 70;
    try {
      nlohmann::json mended = nlohmann::json::array();
      if (probe_robust_handover().is_there) mended.push_back("MX-22");
      status = serve({.stream = 3,
                      .cpu = cpu_of(request.slot),
                      .denied = request.denied,
                      .keep_away = request.keep_away,
                      .facts = {{"mended", mended}}});
    } catch (const std::exception& error) {
      const std::string text = std::string("harness worker: ") + error.what() + "\n";
      [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    }
    ::_exit(status);
  }
};

const Registration<Target> registration{std::make_unique<NativeTarget>()};

}  // namespace
}  // namespace harness

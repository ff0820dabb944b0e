#include "target/forked_worker.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <vector>

#include "os/child.h"
#include "os/fd.h"
#include "run/protocol.h"
#include "run/worker.h"

namespace harness {
namespace {

// The CPU of a slot among those that we may use. Slot 0 has the one on which the scheduler had put us when we
// first asked, so that two runs at the same time do not crowd on one CPU while another is idle.
int cpu_of(int slot) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
  static const int home = ::sched_getcpu();
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &allowed)) cpus.push_back(cpu);
  }
  if (cpus.empty()) return -1;
  const auto first = std::find(cpus.begin(), cpus.end(), home);
  if (first != cpus.end()) std::rotate(cpus.begin(), first, cpus.end());
  return cpus[static_cast<size_t>(slot) % cpus.size()];
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
    return WorkerLink::on_message(message);
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

[[noreturn]] void become_worker(int stream, int cpu, const WorkerRequest& request) {
  ::setsid();
  ::dup2(stream, 3);  // the streams of other workers, and the record's files, are none of ours
  ::close_range(4, ~0U, 0);
  int status = 70;
  try {
    WorkerOrder order{
        .stream = 3, .cpu = cpu, .denied = request.denied, .litmus = {}, .keep_away = request.keep_away};
    if (request.litmus_rounds > 0) order.litmus = thorough_litmus(request.litmus_rounds);
    status = serve(order);
  } catch (const std::exception& error) {
    const std::string text = std::string("harness worker: ") + error.what() + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
  }
  ::_exit(status);
}

}  // namespace

Result<std::unique_ptr<WorkerLink>> fork_worker(const WorkerRequest& request) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return system_error("socketpair");
  Fd ours(ends[0]);
  Fd theirs(ends[1]);
  const int cpu = cpu_of(request.slot);
  const pid_t child = ::fork();
  if (child < 0) return system_error("fork");
  if (child == 0) {
    ours.reset();
    become_worker(theirs.get(), cpu, request);
  }
  return std::unique_ptr<WorkerLink>(std::make_unique<ForkedWorker>(std::move(ours), child));
}

}  // namespace harness

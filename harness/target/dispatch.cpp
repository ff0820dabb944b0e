#include "target/dispatch.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <memory>
#include <optional>

#include "run/protocol.h"

namespace harness {
namespace {

struct Worker {
  WorkerLink link;
  std::unique_ptr<LineReader> reader;
  std::optional<size_t> current;  // index of the case that it runs
  bool is_ready = false;          // has said hello
  std::string scratch;            // its directory, where that is not gone with its namespaces
};

Blame blame_from(const std::string& name) {
  if (name == "usage") return Blame::usage;
  return name == "unavailable" ? Blame::unavailable : Blame::internal;
}

class Dispatcher {
 public:
  Dispatcher(const DispatchOrder& order, const std::function<Status(Delivered)>& deliver)
      : order_(order), deliver_(deliver) {}

  Result<DispatchOutcome> run() {
    Status status = run_all();
    close_all();
    TRY(status);
    return outcome_;
  }

 private:
  Status run_all() {
    const size_t count = std::min<size_t>(static_cast<size_t>(std::max(1, order_.jobs)), order_.cases.size());
    workers_.resize(count);
    become_subreaper();
    for (size_t slot = 0; slot < count; ++slot) TRY(open(slot));
    while (delivered_ < order_.cases.size() && !outcome_.interrupted) TRY(wait_and_serve());
    return done();
  }

  Status open(size_t slot) {
    Worker& worker = workers_[slot];
    ASSIGN_OR_RETURN(worker.link, order_.target->open_worker({.slot = static_cast<int>(slot),
                                                              .denied = order_.denied,
                                                              .keep_away = order_.keep_away}));
    worker.reader = std::make_unique<LineReader>(worker.link.stream.get());
    worker.is_ready = false;
    worker.current.reset();
    return done();
  }

  Status wait_and_serve() {
    std::vector<pollfd> descriptors;
    for (const Worker& worker : workers_) descriptors.push_back({worker.link.stream.get(), POLLIN, 0});
    descriptors.push_back({order_.interrupt, POLLIN, 0});
    if (::poll(descriptors.data(), descriptors.size(), -1) < 0 && errno != EINTR) return system_error("poll");
    if (descriptors.back().revents != 0) {
      outcome_.interrupted = true;
      return done();
    }
    for (size_t slot = 0; slot < workers_.size(); ++slot) {
      if (descriptors[slot].revents != 0) TRY(serve(slot));
    }
    return deliver_ready();
  }

  Status serve(size_t slot) {
    if (!workers_[slot].reader->fill()) return replace(slot);
    while (const auto line = workers_[slot].reader->next()) TRY(on_line(slot, *line));
    return done();
  }

  // A worker that is done gets its next case before its answer is read, so that neither waits for the other.
  Status on_line(size_t slot, const std::string& line) {
    const std::optional<size_t> answered = workers_[slot].current;
    if (line.rfind(R"({"done")", 0) == 0) TRY(give_next(slot));
    return on_message(slot, answered, nlohmann::json::parse(line));
  }

  Status on_message(size_t slot, std::optional<size_t> answered, const nlohmann::json& message) {
    Worker& worker = workers_[slot];
    if (message.contains("hello")) {
      const auto& hello = message["hello"];
      if (hello.contains("error"))
        return unavailable("a worker cannot run here: " + hello["error"].get<std::string>());
      worker.is_ready = true;
      worker.scratch = hello.value("scratch", "");
      outcome_.lost = hello.value("lost", std::vector<std::string>());
      return give_next(slot);
    }
    if (message.contains("failed")) {
      const auto& failed = message["failed"];
      return Error{failed["message"].get<std::string>(), blame_from(failed["blame"]), 0};
    }
    const auto& result = message.at("done");
    CHECK(answered.has_value()) << "a result that nobody asked for";
    finished_[*answered] = {.plan = order_.cases[*answered],
                            .history = result.at("history").get<History>(),
                            .duration_ns = result.at("duration_ns")};
    return done();
  }

  Status give_next(size_t slot) {
    Worker& worker = workers_[slot];
    worker.current.reset();
    if (next_ >= order_.cases.size()) return done();
    worker.current = next_++;
    return send_message(worker.link.stream.get(), {{"case", *order_.cases[*worker.current]}});
  }

  // A worker that has gone while it ran a case: nothing is known of that case, and the rest goes on with a
  // new worker.
  Status replace(size_t slot) {
    Worker& worker = workers_[slot];
    int status = 0;
    ::waitpid(worker.link.process, &status, 0);
    std::vector<pid_t> others;
    for (const Worker& other : workers_) others.push_back(other.link.process);
    clean_up_after_worker(worker.link.process, worker.scratch, others);
    if (!worker.is_ready)
      return internal_error("a worker ended before it was ready (status " + std::to_string(status) + ")");
    if (worker.current) {
      const std::string how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                                  : "status " + std::to_string(WEXITSTATUS(status));
      Delivered lost{.plan = order_.cases[*worker.current]};
      lost.history.push_back(
          {.kind = EventKind::lost,
           .name = "worker",
           .data = {{"reason", "the worker ended in the middle of the case (" + how + ")"}}});
      finished_[*worker.current] = std::move(lost);
    }
    return open(slot);
  }

  Status deliver_ready() {
    for (auto next = finished_.find(delivered_); next != finished_.end(); next = finished_.find(delivered_)) {
      Delivered delivered = std::move(next->second);
      finished_.erase(next);
      ++delivered_;
      TRY(deliver_(std::move(delivered)));
    }
    return done();
  }

  // The end of its stream tells a worker to clean up; it is waited for, so that nothing is left when we
  // return.
  void close_all() {
    for (Worker& worker : workers_) worker.link.stream.reset();
    for (Worker& worker : workers_) {
      if (worker.link.process > 0) ::waitpid(worker.link.process, nullptr, 0);
    }
  }

  const DispatchOrder& order_;
  const std::function<Status(Delivered)>& deliver_;
  std::vector<Worker> workers_;
  std::map<size_t, Delivered> finished_;
  size_t next_ = 0;
  size_t delivered_ = 0;
  DispatchOutcome outcome_;
};

}  // namespace

Result<DispatchOutcome> dispatch(const DispatchOrder& order,
                                 const std::function<Status(Delivered)>& deliver) {
  if (order.cases.empty()) return DispatchOutcome{};
  return Dispatcher(order, deliver).run();
}

}  // namespace harness

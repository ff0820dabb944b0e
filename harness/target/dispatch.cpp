#include "target/dispatch.h"

#include <poll.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "os/clock.h"
#include "run/protocol.h"
#include "target/case_queue.h"
#include "target/code_places.h"

namespace harness {
namespace {

// A case that its worker was disturbed in is run again; one that never is left in peace is lost.
constexpr int kTriesMost = 5;

// So many workers in a row that fell silent are no accident of one case.
constexpr int kSilentMost = 5;

struct Worker {
  std::unique_ptr<WorkerLink> link;
  std::unique_ptr<LineReader> reader;
  std::optional<size_t> current;  // index of the case that it runs
  int64_t answers_until_ns = 0;   // when its silence over that case is enough; 0: never
  bool is_ready = false;          // has said hello
  bool is_gone = false;           // took no more cases
};

// Whether a case could not be handed over because nobody is there any more to take it.
bool says_gone(const Error& error) {
  return error.code == EPIPE || error.code == ECONNRESET || error.code == EAGAIN;
}

Blame blame_from(const std::string& name) {
  if (name == "usage") return Blame::usage;
  return name == "unavailable" ? Blame::unavailable : Blame::internal;
}

class Dispatcher {
 public:
  Dispatcher(const DispatchOrder& order, const std::function<Status(Delivered)>& deliver)
      : order_(order), deliver_(deliver), waiting_(order.cases) {}

  Result<DispatchOutcome> run() {
    Status status = run_all();
    close_all();
    TRY(status);
    return outcome_;
  }

 private:
  Status run_all() {
    const size_t count = std::min<size_t>(static_cast<size_t>(std::max(1, order_.jobs)), order_.cases.size());
    become_subreaper();
    workers_.resize(count);
    for (size_t slot = 0; slot < count && !outcome_.interrupted; ++slot) TRY(open(slot));
    TRY(deliver_ready());  // where a worker said at once what it lacks, that may have been all
    while (delivered_ < order_.cases.size() && !outcome_.interrupted) TRY(wait_and_serve());
    return done();
  }

  Status open(size_t slot) {
    workers_[slot] = {};
    Worker& worker = workers_[slot];
    auto link = order_.target->open_worker({.slot = static_cast<int>(slot),
                                            .denied = order_.denied,
                                            .keep_away = order_.keep_away,
                                            .interrupt = order_.interrupt});
    if (!link && is_readable(order_.interrupt)) {
      outcome_.interrupted = true;
      return done();
    }
    if (!link) return link.error();
    ++outcome_.workers;
    worker.link = std::move(*link);
    worker.reader = std::make_unique<LineReader>(worker.link->stream(), worker.link->take_unread());
    return take_lines(slot);
  }

  static bool is_readable(int descriptor) {
    pollfd asked{descriptor, POLLIN, 0};
    return descriptor >= 0 && ::poll(&asked, 1, 0) > 0;
  }

  Status wait_and_serve() {
    std::vector<pollfd> descriptors;
    for (const Worker& worker : workers_) descriptors.push_back({worker.link->stream(), POLLIN, 0});
    descriptors.push_back({order_.interrupt, POLLIN, 0});
    if (::poll(descriptors.data(), descriptors.size(), patience_ms()) < 0 && errno != EINTR)
      return system_error("poll");
    if (descriptors.back().revents != 0) {
      outcome_.interrupted = true;
      return done();
    }
    for (size_t slot = 0; slot < workers_.size() && !outcome_.interrupted; ++slot) {
      if (workers_[slot].is_gone) {
        TRY(give_up(slot, "the worker took no case"));
      } else if (descriptors[slot].revents != 0) {
        TRY(serve(slot));
      } else if (is_too_silent(workers_[slot])) {
        TRY(give_up(slot, "the worker fell silent in the middle of the case and was ended"));
      }
    }
    return deliver_ready();
  }

  // Until the first of the workers has been silent for too long; -1 when none ever is.
  int patience_ms() const {
    int64_t first_ns = 0;
    for (const Worker& worker : workers_) {
      if (worker.is_gone) return 0;
      const int64_t until_ns = worker.answers_until_ns;
      if (until_ns > 0 && (first_ns == 0 || until_ns < first_ns)) first_ns = until_ns;
    }
    if (first_ns == 0) return -1;
    return static_cast<int>(std::clamp<int64_t>((first_ns - now_ns()) / 1'000'000 + 1, 0, 3'600'000));
  }

  static bool is_too_silent(const Worker& worker) {
    return worker.answers_until_ns > 0 && now_ns() > worker.answers_until_ns;
  }

  Status serve(size_t slot) {
    if (!workers_[slot].reader->fill()) return replace(slot, "the worker ended in the middle of the case");
    return take_lines(slot);
  }

  Status take_lines(size_t slot) {
    while (const auto line = workers_[slot].reader->next()) TRY(on_line(slot, *line));
    return done();
  }

  // A worker that is done gets its next case before its answer is read, so that neither waits for the other.
  Status on_line(size_t slot, const std::string& line) {
    const std::optional<size_t> answered = workers_[slot].current;
    const bool is_answer = line.rfind(R"({"done")", 0) == 0;
    if (is_answer) {
      silent_ = 0;
      if (workers_[slot].link->was_disturbed() && ++tries_[*answered] < kTriesMost) {
        waiting_.put_back(*answered);
        ++outcome_.run_again;
        return give_next(slot);
      }
      TRY(give_next(slot));
    }
    return on_message(slot, answered, nlohmann::json::parse(line));
  }

  Status on_message(size_t slot, std::optional<size_t> answered, nlohmann::json message) {
    Worker& worker = workers_[slot];
    if (worker.link->on_message(message)) return done();
    if (message.contains("hello")) {
      const auto& hello = message["hello"];
      if (hello.contains("error"))
        return unavailable("a worker cannot run here: " + hello["error"].get<std::string>());
      worker.is_ready = true;
      outcome_.lost = hello.value("lost", std::vector<std::string>());
      if (order_.on_hello) order_.on_hello(hello, worker.link->litmus());
      if (outcome_.facts.empty()) outcome_.facts = worker.link->facts();
      return give_next(slot);
    }
    if (message.contains("failed")) {
      const auto& failed = message["failed"];
      return Error{failed["message"].get<std::string>(), blame_from(failed["blame"]), 0};
    }
    auto& result = message.at("done");
    CHECK(answered.has_value()) << "a result that nobody asked for";
    finished_[*answered] = {.plan = order_.cases[*answered],
                            .history = take_history(result.at("history")),
                            .duration_ns = result.at("duration_ns")};
    write_code_places(finished_[*answered].history);
    if (tries_[*answered] == kTriesMost) {
      History& history = finished_[*answered].history;
      history.push_back(lost("the worker was stopped from outside in the middle of the case, each of " +
                             std::to_string(kTriesMost) + " times"));
      history.back().index = static_cast<int>(history.size()) - 1;
    }
    return done();
  }

  Status give_next(size_t slot) {
    Worker& worker = workers_[slot];
    worker.current.reset();
    worker.answers_until_ns = 0;
    std::optional<size_t> next = waiting_.take(slot);
    for (; next; next = waiting_.take(slot)) {
      const Case& plan = *order_.cases[*next];
      std::string reason = lack_of(plan, order_.target->lacks());
      if (reason.empty()) reason = worker.link->cannot_run(plan);
      if (reason.empty()) break;
      outcome_.left_out[&plan] = reason;
      left_out_.insert(*next);
    }
    if (!next) return done();
    const Case& plan = *order_.cases[*next];
    worker.link->was_disturbed();  // before this case: none of its business
    if (Status given = worker.link->give(plan); !given) {
      waiting_.put_back(*next);
      worker.is_gone = says_gone(given.error());
      return worker.is_gone ? done() : given;
    }
    worker.current = next;
    const int64_t patience_ns = worker.link->patience_ns(plan);
    worker.answers_until_ns = patience_ns > 0 ? now_ns() + patience_ns : 0;
    return done();
  }

  static Event lost(const std::string& reason) {
    return {.kind = EventKind::lost, .name = "worker", .data = {{"reason", reason}}};
  }

  Status give_up(size_t slot, const std::string& what) {
    if (++silent_ < kSilentMost) return replace(slot, what);
    return internal_error(std::to_string(silent_) + " workers in a row came to nothing: " + what + " (" +
                          workers_[slot].link->end() + ")");
  }

  // A worker that has gone while it ran a case: nothing is known of that case, and the rest goes on with a
  // new worker.
  Status replace(size_t slot, const std::string& what) {
    Worker& worker = workers_[slot];
    const std::string how = worker.link->end();
    if (!worker.is_ready) return internal_error("a worker ended before it was ready (" + how + ")");
    if (worker.current) {
      Delivered delivered{.plan = order_.cases[*worker.current]};
      delivered.history.push_back(lost(what + " (" + how + ")"));
      finished_[*worker.current] = std::move(delivered);
    }
    return open(slot);
  }

  Status deliver_ready() {
    for (;;) {
      const auto next = finished_.find(delivered_);
      if (next == finished_.end() && left_out_.count(delivered_) == 0) return done();
      ++delivered_;
      if (next == finished_.end()) continue;
      Delivered delivered = std::move(next->second);
      finished_.erase(next);
      TRY(deliver_(std::move(delivered)));
    }
  }

  // All are told before the first is waited for; nothing is left when we return.
  void close_all() {
    for (Worker& worker : workers_) {
      if (worker.link) worker.link->hang_up();
    }
    for (Worker& worker : workers_) {
      if (worker.link) worker.link->end();
    }
  }

  const DispatchOrder& order_;
  const std::function<Status(Delivered)>& deliver_;
  std::vector<Worker> workers_;
  std::map<size_t, Delivered> finished_;
  CaseQueue waiting_;            // cases that no worker has
  std::map<size_t, int> tries_;  // how often a case was disturbed
  std::set<size_t> left_out_;    // indices of cases that cannot run
  size_t delivered_ = 0;
  int silent_ = 0;  // workers in a row that fell silent
  DispatchOutcome outcome_;
};

}  // namespace

Result<DispatchOutcome> dispatch(const DispatchOrder& order,
                                 const std::function<Status(Delivered)>& deliver) {
  if (order.cases.empty()) return DispatchOutcome{};
  return Dispatcher(order, deliver).run();
}

}  // namespace harness

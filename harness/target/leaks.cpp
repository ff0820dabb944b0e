// Target lsan: the programs with AddressSanitizer, whose LeakSanitizer looks at what is left when they end.
// It does so by ptrace(2), so that no tracer of ours may be there: faults strike at probes, and at the entry
// of system calls that the kernel tells of (os/notifier.h).
#include <algorithm>

#include "inject/injector.h"
#include "run/handler_watch.h"
#include "target/forked_worker.h"
#include "target/sanitizer.h"

namespace harness {
namespace {

constexpr const char* kWhy = "LeakSanitizer is a tracer itself, and a program has one at a time";

// A worker of this machine without a tracer, which takes what needs none.
class UntracedWorker : public WorkerLink {
 public:
  explicit UntracedWorker(std::unique_ptr<WorkerLink> inner) : inner_(std::move(inner)) {}

  int stream() const override { return inner_->stream(); }
  std::string take_unread() override { return inner_->take_unread(); }
  Status give(const Case& plan) override { return inner_->give(plan); }
  void hang_up() override { inner_->hang_up(); }
  std::string end() override { return inner_->end(); }

  bool on_message(const nlohmann::json& message) override {
    const bool is_taken = inner_->on_message(message);
    litmus_ = inner_->litmus();
    return is_taken;
  }

  std::string cannot_run(const Case& plan) const override {
    if (!records_without_tracer(plan))
      return "calls and descriptors are counted by a tracer; " + std::string(kWhy);
    if (!plan.explored.empty()) return "an exploration records calls by a tracer; " + std::string(kWhy);
    for (const Fault& fault : plan.faults) {
      if (const std::string what = beyond_reach(plan, fault); !what.empty())
        return what + " needs a tracer; " + kWhy;
    }
    for (const RoleInstance& role : plan.roles) {
      if (role.ready.point && !is_reachable(*role.ready.point))
        return to_string(*role.ready.point) + " needs a tracer; " + kWhy;
    }
    return inner_->cannot_run(plan);
  }

 private:
  static std::string beyond_reach(const Case& plan, const Fault& fault) {
    const bool is_at_call = fault.at.kind == InjectionPoint::Kind::syscall;
    const bool is_at_entry_alone = is_at_call && fault.hold.until != Hold::Until::blocked;
    const bool is_possible = is_at_entry_alone ? !needs_tracer(fault.action) : !is_on_object(fault.action);
    if (!is_possible || (is_at_call && !is_at_entry_alone)) return to_string(fault.action);
    for (const InjectionPoint& point : {fault.at, fault.hold.arrival.point, fault.resume.arrival.point}) {
      if (!is_reachable(point)) return to_string(point);
    }
    return is_at_call && !has_probes(plan, fault.victim)
               ? to_string(fault.at) + " in a program without the probe library, or in its children,"
               : "";
  }

  // It says where the calls begin that are the program's own.
  static bool has_probes(const Case& plan, const std::string& role) {
    return std::all_of(plan.roles.begin(), plan.roles.end(), [&](const RoleInstance& one) {
      return !names_instance(role, one.name) || !one.probes.empty();
    });
  }

  static bool is_reachable(const InjectionPoint& point) {
    return point.kind == InjectionPoint::Kind::probe ||
           (point.kind == InjectionPoint::Kind::syscall && point.edge == InjectionPoint::Edge::enter);
  }

  std::unique_ptr<WorkerLink> inner_;
};

class LeakTarget : public Target {
 public:
  std::string_view id() const override { return "lsan"; }
  std::string_view summary() const override {
    return "target asan's programs without a tracer, under LeakSanitizer";
  }
  std::vector<std::string> shows() const override { return leak_sanitizer().shows; }
  std::vector<std::string> cannot_show() const override {
    std::vector<std::string> hidden = leak_sanitizer().cannot_show;
    hidden.emplace_back("the weak memory order of arm64");
    return hidden;
  }
  std::string build() const override { return std::string(leak_sanitizer().build); }
  std::string made_by() const override { return made_for(leak_sanitizer()); }
  std::map<std::string, std::string> environment() const override { return environment_of(leak_sanitizer()); }
  std::map<std::string, std::string> lacks() const override { return lacks_of(&leak_sanitizer()); }
  Status availability() const override { return try_sanitizer(leak_sanitizer()); }

  Result<std::unique_ptr<WorkerLink>> open_worker(const WorkerRequest& request) const override {
    WorkerRequest untraced = request;
    untraced.denied.ptrace = true;
    untraced.denied.why = kWhy;
    ASSIGN_OR_RETURN(auto inner, fork_worker(untraced));
    return std::unique_ptr<WorkerLink>(std::make_unique<UntracedWorker>(std::move(inner)));
  }
};

const Registration<Target> registration{std::make_unique<LeakTarget>()};

}  // namespace
}  // namespace harness

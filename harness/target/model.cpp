// Target model: in place of a variant its model program, which goes through all executions that the memory
// model of the language allows, up to a bound (harness/model).
#include "target/forked_worker.h"

namespace harness {
namespace {

class ModelTarget : public Target {
 public:
  std::string_view id() const override { return "model"; }
  std::string_view summary() const override {
    return "every execution of a variant's template over a model of C++ memory, up to a bound";
  }

  std::vector<std::string> shows() const override {
    return {
        "every order of the threads, every outcome of weak memory and every death before a write, of a "
        "template and up to the bound of its model program (RC11)"};
  }

  std::vector<std::string> cannot_show() const override {
    return {
        "load buffering, which RC11 forbids and arm64 shows", "more items or threads than the bound",
        "dependencies of data and control after a death in `reordered-deaths`, which may end in a state that "
        "no compiler makes",
        "a weak compare-exchange that fails for no reason, accesses of mixed size, consume but as acquire",
        "signals, time, and whatever the template does not do itself: system calls, mappings, the program "
        "around it"};
  }

  bool explores_models() const override { return true; }
  Status availability() const override { return done(); }

  Result<std::unique_ptr<WorkerLink>> open_worker(const WorkerRequest& request) const override {
    return fork_worker(request);
  }
};

const Registration<Target> registration{std::make_unique<ModelTarget>()};

}  // namespace
}  // namespace harness

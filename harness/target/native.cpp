// The native target: this machine, this kernel, the programs as they were built.
#include "target/forked_worker.h"

namespace harness {
namespace {

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
    return fork_worker(request);
  }
};

const Registration<Target> registration{std::make_unique<NativeTarget>()};

}  // namespace
}  // namespace harness

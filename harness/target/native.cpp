// The native targets: this machine, this kernel, the programs as they were built for it, plain or with a
// sanitizer.
#include "target/forked_worker.h"
#include "target/sanitizer.h"

namespace harness {
namespace {

constexpr const char* kWeakOrder = "the weak memory order of arm64";

class NativeTarget : public Target {
 public:
  std::string_view id() const override { return "native"; }
  std::string_view summary() const override { return "this machine's kernel, the programs as built for it"; }

  std::vector<std::string> shows() const override {
    return {"crash recovery, EOF, back-pressure, residue, lost updates that the schedule reaches"};
  }

  std::vector<std::string> cannot_show() const override { return {"data races but by luck", kWeakOrder}; }

  std::map<std::string, std::string> lacks() const override { return lacks_of(nullptr); }

  Status availability() const override { return done(); }

  Result<std::unique_ptr<WorkerLink>> open_worker(const WorkerRequest& request) const override {
    return fork_worker(request);
  }
};

class SanitizedTarget : public NativeTarget {
 public:
  explicit SanitizedTarget(const Sanitizer& sanitizer)
      : sanitizer_(sanitizer), summary_("the same under " + std::string(sanitizer.name)) {}

  std::string_view id() const override { return sanitizer_.build; }
  std::string_view summary() const override { return summary_; }

  std::vector<std::string> shows() const override { return sanitizer_.shows; }

  std::vector<std::string> cannot_show() const override {
    std::vector<std::string> hidden = sanitizer_.cannot_show;
    hidden.emplace_back(kWeakOrder);
    return hidden;
  }

  std::string build() const override { return std::string(sanitizer_.build); }
  std::string made_by() const override { return made_for(sanitizer_); }
  std::map<std::string, std::string> environment() const override { return environment_of(sanitizer_); }
  std::map<std::string, std::string> lacks() const override { return lacks_of(&sanitizer_); }
  bool has_threads() const override { return &sanitizer_ == &thread_sanitizer(); }
  bool instruments_accesses() const override { return true; }

  Status availability() const override { return try_sanitizer(sanitizer_); }

 private:
  const Sanitizer& sanitizer_;
  std::string summary_;
};

const Registration<Target> registrations[] = {
    Registration<Target>{std::make_unique<NativeTarget>()},
    Registration<Target>{std::make_unique<SanitizedTarget>(address_sanitizer())},
    Registration<Target>{std::make_unique<SanitizedTarget>(thread_sanitizer())}};

}  // namespace
}  // namespace harness

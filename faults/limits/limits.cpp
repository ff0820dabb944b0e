// The limits injector: the resources that a process may still take run out at its point.
#include "inject/injector.h"

namespace harness {
namespace {

class LimitsInjector : public Injector {
 public:
  std::string_view id() const override { return "limits"; }

  std::vector<ActionKind> actions() const override {
    return {
        {"exhaust", "exhaust(fds)", "from its point on the victim gets no new descriptor: EMFILE"},
        {"exhaust", "exhaust(queues)", "the same for POSIX message queues: EMFILE, by RLIMIT_MSGQUEUE"},
        {"exhaust", "exhaust(shm)",
         "the case's own /dev/shm holds what it has and no other page, for all roles: ENOSPC, and SIGBUS at "
         "a touch"}};
  }

  Status accepts(const Fault& fault) const override {
    const std::string& resource = fault.action.argument;
    if (resource == "fds" || resource == "queues" || resource == "shm") return done();
    return usage_error("action exhaust(" + resource + "): there are fds, queues and shm only");
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    if (fault.action.argument == "shm") {
      ASSIGN_OR_RETURN(const uint64_t bytes, victim.limit_shared_memory());
      return Performed{.details = {{"shm", {{"bytes", bytes}}}}};
    }
    TRY(fault.action.argument == "fds" ? victim.limit_descriptors() : victim.limit_queues());
    return Performed{};
  }
};

const Registration<Injector> registration{std::make_unique<LimitsInjector>()};

}  // namespace
}  // namespace harness

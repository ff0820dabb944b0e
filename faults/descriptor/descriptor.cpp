// The descriptor injector: the victim's end of a link is closed, shut down, or kept open by somebody else.
// All of it is done by real calls, so that the peer is told whatever the kernel tells in such a case.
#include "inject/injector.h"

namespace harness {
namespace {

class DescriptorInjector : public Injector {
 public:
  std::string_view id() const override { return "descriptor"; }

  std::vector<ActionKind> actions() const override {
    return {{"close", "close(OBJECT)", "the victim calls close() on what the object names, and then goes on",
             true},
            {"shutdown", "shutdown(OBJECT)", "the victim calls shutdown() of both directions", true},
            {"half-close", "half-close(OBJECT)", "the victim calls shutdown() of its sending", true},
            {"leak", "leak(OBJECT)",
             "the harness keeps a copy open, until the fault's `resume` or to the end of the case", true}};
  }

  Status accepts(const Fault& fault) const override {
    const std::string& name = fault.action.name;
    if (fault.action.argument.empty())
      return usage_error("action " + name + " needs a descriptor, as in " + name + "(link)");
    const bool is_asleep = fault.hold.until == Hold::Until::blocked;
    if (name != "leak" && is_asleep) {
      return usage_error("action " + name +
                         " is a call that the victim makes itself, so it cannot be asleep in another; use "
                         "hold: settled at a point where it stands while its peer sleeps");
    }
    return done();
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    const std::string& name = fault.action.name;
    ASSIGN_OR_RETURN(const std::vector<VictimDescriptor> found,
                     victim.find_descriptors(fault.action.argument));
    for (const VictimDescriptor& descriptor : found) TRY(act(name, descriptor, victim));
    return Performed{.aftermath = name == "leak" ? Aftermath::kept : Aftermath::resumes};
  }

 private:
  static Status act(const std::string& name, const VictimDescriptor& descriptor, Victim& victim) {
    if (name == "close") return victim.close_descriptor(descriptor);
    if (name == "leak") return victim.keep_copy(descriptor);
    const bool is_socket =
        descriptor.kind.starts_with("unix") || descriptor.kind == "tcp" || descriptor.kind == "udp";
    if (is_socket) return victim.shut_down(descriptor, name == "half-close");
    return unavailable("descriptor " + std::to_string(descriptor.number) + " is a " + descriptor.kind +
                       ", and only sockets can be shut down (shutdown(2)); use close");
  }
};

const Registration<Injector> registration{std::make_unique<DescriptorInjector>()};

}  // namespace
}  // namespace harness

// The room injector: a link gets as little room as the kernel allows, so that it is full with what is queued
// in it or with the next record. Nothing is put into the stream.
#include "inject/injector.h"

namespace harness {
namespace {

class RoomInjector : public Injector {
 public:
  std::string_view id() const override { return "room"; }

  std::vector<ActionKind> actions() const override {
    return {{"fill", "fill(OBJECT)", "the link has room for no more than the kernel must allow it", true}};
  }

  Status accepts(const Fault& fault) const override {
    if (!fault.action.argument.empty()) return done();
    return usage_error("action fill needs a descriptor, as in fill(link)");
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    ASSIGN_OR_RETURN(const std::vector<VictimDescriptor> found,
                     victim.find_descriptors(fault.action.argument));
    nlohmann::json links = nlohmann::json::array();
    for (const VictimDescriptor& descriptor : found) {
      ASSIGN_OR_RETURN(const Room room, victim.shrink_room(descriptor));
      links.push_back({{"number", descriptor.number},
                       {"room_before", room.before},
                       {"room_after", room.after},
                       {"is_full", room.is_full}});
    }
    return Performed{.details = {{"links", std::move(links)}}};
  }
};

const Registration<Injector> registration{std::make_unique<RoomInjector>()};

}  // namespace
}  // namespace harness

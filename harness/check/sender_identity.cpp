// sender_identity: whoever a reader takes for the sender of a record is the process that sent it.
#include <fmt/format.h>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"
#include "check/stream.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

class SenderIdentity : public Checker {
 public:
  std::string_view id() const override { return "sender_identity"; }
  std::string_view summary() const override {
    return "whoever is taken for the sender of a record is the process that sent it";
  }
  bool needs_operations() const override { return true; }

  Findings check(const Case&, const History& history, const nlohmann::json&) const override {
    const Streams streams = streams_of(history);
    Findings findings;
    bool is_anything_told = false;
    for (const Event& event : history) {
      if (event.index >= clean_up_begins(history)) break;
      if (event.kind != EventKind::observed || event.name != "sender") continue;
      is_anything_told = true;
      const Sending* sending = sending_of(streams, event.value(0));
      if (!sending || sending->begin->pid == event.value(1)) continue;
      findings.push_back(failure(
          fmt::format("{} took process {} for the sender of record {}, but process {} of {} sent "
                      "it",
                      event.role, event.value(1), event.value(0), sending->begin->pid, sending->begin->role),
          {sending->begin->index, event.index}));
    }
    if (!is_anything_told) return {nothing_to_judge("no reader told who it took for the sender of a record")};
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<SenderIdentity>()};

}  // namespace
}  // namespace harness

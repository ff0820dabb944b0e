// bounds: nobody touches memory beyond what it may touch. A program tells its "room", in bytes, and each
// "access": where it begins and how many bytes it has. A process that the kernel ended for an access
// (SIGSEGV, SIGBUS), which no fault sent, went beyond whatever it told.
#include <fmt/format.h>

#include <map>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

bool is_beyond(int64_t begin, int64_t bytes, int64_t room) {
  return begin < 0 || bytes < 0 || begin > room || bytes > room - begin;
}

bool ended_by_access(const History& history, const Event& event) {
  if (event.kind != EventKind::ended || event.name != "signal") return false;
  const std::string signal = signal_name(event.data.value("signal", 0));
  return (signal == "SIGSEGV" || signal == "SIGBUS") && !was_ended_by_fault(history, event.role);
}

class Bounds : public Checker {
 public:
  std::string_view id() const override { return "bounds"; }
  std::string_view summary() const override {
    return "no access goes beyond the room that its program told, and none is ended by the kernel";
  }
  bool needs_operations() const override { return true; }

  std::vector<Finding> check(const Case&, const History& history, const nlohmann::json&) const override {
    std::map<std::string, int64_t> room;
    std::vector<Finding> findings;
    const int end = clean_up_begins(history);
    for (const Event& event : history) {
      if (event.index >= end) break;
      if (ended_by_access(history, event)) {
        findings.push_back(failure(fmt::format("{} touched memory that it may not touch: {}", event.role,
                                               signal_name(event.data.value("signal", 0))),
                                   {event.index}));
      }
      if (event.kind != EventKind::observed) continue;
      if (event.name == "room") room[event.role] = event.value(0);
      const auto told = room.find(event.role);
      if (event.name != "access" || told == room.end()) continue;
      if (!is_beyond(event.value(0), event.value(1), told->second)) continue;
      findings.push_back(failure(fmt::format("{} went for {} bytes at {}, and has room for {}", event.role,
                                             event.value(1), event.value(0), told->second),
                                 {event.index}));
    }
    if (findings.empty() && room.empty()) return {nothing_to_judge("nobody told its room")};
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<Bounds>()};

}  // namespace
}  // namespace harness

// no_residue: a run leaves nothing behind: no shared-memory name, queue, SysV object, socket, FIFO or
// process.
#include <fmt/format.h>

#include "check/checker.h"
#include "check/findings.h"

namespace harness {
namespace {

class NoResidue : public Checker {
 public:
  std::string_view id() const override { return "no_residue"; }
  std::string_view summary() const override {
    return "no shared-memory name, queue, System V object, socket, FIFO or process is left behind";
  }

  std::vector<Finding> check(const Case&, const History& history, const nlohmann::json&) const override {
    std::vector<Finding> findings;
    for (const Event& event : history) {
      if (event.kind == EventKind::residue) findings.push_back(left_behind(event));
      if (event.kind == EventKind::lost && event.name == "residue") findings.push_back(not_seen(event));
    }
    return findings;
  }

 private:
  static Finding left_behind(const Event& event) {
    std::string said =
        fmt::format("left behind: {} {}", event.name, event.data.value("object", "without a name"));
    if (const auto maker = event.data.find("maker"); maker != event.data.end()) {
      said += fmt::format(", made by {} (process {}) with {}", maker->value("role", "?"),
                          maker->value("pid", 0), maker->value("call", "?"));
    }
    return failure(said, {event.index});
  }

  static Finding not_seen(const Event& event) {
    return inconclusive(
        "what was left behind could not be seen: " + event.data.value("reason", "no reason is known"),
        {event.index});
  }
};

const Registration<Checker> registration{std::make_unique<NoResidue>()};

}  // namespace
}  // namespace harness

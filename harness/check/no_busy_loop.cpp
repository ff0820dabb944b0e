// no_busy_loop: nobody makes call after call that comes to nothing while nobody else runs, who alone could
// change that.  { no_busy_loop: { calls_at_most: 200 } }
#include <fmt/format.h>

#include "check/checker.h"
#include "check/findings.h"

namespace harness {
namespace {

constexpr int64_t kCallsAtMost = 200;
constexpr int64_t kFewestToBeTold = 100;  // below, it is not looked whether somebody else ran in between

std::string by_call(const Event& event) {
  std::string text;
  const auto counts = event.data.find("by_call");
  for (auto one = counts->begin(); counts != event.data.end() && one != counts->end(); ++one)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", one->get<int64_t>(), one.key());
  return text;
}

class NoBusyLoop : public Checker {
 public:
  std::string_view id() const override { return "no_busy_loop"; }
  std::string_view summary() const override {
    return "nobody asks again and again for what only somebody else could change";
  }
  std::vector<std::string> watches() const override { return {"calls"}; }

  Status accepts(const nlohmann::json& options) const override {
    if (options.is_null() || options.empty()) return done();
    const bool is_known = options.is_object() && options.size() == 1 && options.contains("calls_at_most") &&
                          options.at("calls_at_most").is_number_integer() &&
                          options.at("calls_at_most").get<int64_t>() >= kFewestToBeTold;
    if (is_known) return done();
    return usage_error(fmt::format(
        "no_busy_loop takes a number of at least {}, as in {{ no_busy_loop: {{ calls_at_most: 200 }} }}",
        kFewestToBeTold));
  }

  std::vector<Finding> check(const Case&, const History& history,
                             const nlohmann::json& options) const override {
    const int64_t at_most = options.value("calls_at_most", kCallsAtMost);
    std::vector<Finding> findings;
    bool is_anything_counted = false;
    for (const Event& event : history) {
      if (event.kind != EventKind::calls && event.kind != EventKind::busy) continue;
      is_anything_counted = true;
      const int64_t in_vain = event.data.value("in_vain", int64_t{0});
      const bool is_first = findings.empty() || event.kind == EventKind::busy;
      if (in_vain <= at_most || !is_first) continue;
      findings = {
          failure(fmt::format("{} made {} calls in a row that came to nothing while nobody else ran: {}",
                              event.role, in_vain, by_call(event)),
                  {event.index})};
    }
    if (!is_anything_counted) return {inconclusive("no calls were counted, which needs ptrace")};
    return findings;
  }
};

const Registration<Checker> registration{std::make_unique<NoBusyLoop>()};

}  // namespace
}  // namespace harness

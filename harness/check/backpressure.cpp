// backpressure: while its reader stands still a writer comes to a halt, by blocking or by EAGAIN and a wait,
// and afterwards nothing is lost.  { backpressure: { asks_at_most: 4 } } says how often it may find the link
// full for one record.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"
#include "check/stream.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

constexpr int kAsksAtMost = 4;  // a wait may end early, by a signal or because somebody else was faster

bool is_full(std::string_view probe) { return probe == "link.full" || probe == "queue.full"; }

// While a reader stood still.
struct Halt {
  const Event* begin = nullptr;
  int end = 0;
};

std::optional<Halt> halt_of(const History& history, const Streams& streams) {
  for (const Event& event : history) {
    const bool is_reader =
        std::find(streams.readers.begin(), streams.readers.end(), event.role) != streams.readers.end();
    if (event.kind != EventKind::fault || event.name != "stop" || !is_reader) continue;
    Halt halt{.begin = &event, .end = clean_up_begins(history)};
    for (const Event& later : history) {
      const bool is_its_end = later.kind == EventKind::resumed && later.role == event.role;
      if (is_its_end && later.index > event.index) {
        halt.end = std::min(halt.end, later.index);
        break;
      }
    }
    return halt;
  }
  return std::nullopt;
}

bool is_under_way(const Sending& sending, const Halt& halt) {
  return sending.begin->index < halt.end && (!sending.answer || sending.answer->index > halt.end);
}

// How often this writer found the link full between two events.
int asks_between(const History& history, const std::string& writer, int begin, int end) {
  return static_cast<int>(std::count_if(history.begin(), history.end(), [&](const Event& event) {
    return event.index > begin && event.index < end && event.role == writer &&
           event.kind == EventKind::reached && is_full(event.name);
  }));
}

void judge_asking(const History& history, const Streams& streams, const Halt& halt, int at_most,
                  Findings& findings) {
  for (const Sending& sending : streams.sendings) {
    const int begin = std::max(sending.begin->index, halt.begin->index);
    const int end = std::min(sending.answer ? sending.answer->index : halt.end, halt.end);
    const int asks = asks_between(history, sending.begin->role, begin, end);
    if (asks <= at_most) continue;
    findings.push_back(
        failure(fmt::format("{} found the link full {} times for record {} while nobody read: it asks "
                            "again and again instead of waiting",
                            sending.begin->role, asks, sending.id()),
                {halt.begin->index, sending.begin->index}));
    return;
  }
}

void judge_loss(const Streams& streams, const Halt& halt, Findings& findings) {
  if (streams.ends.empty()) return;
  std::vector<int64_t> lost;
  for (const Sending& sending : streams.sendings) {
    const bool is_here =
        std::any_of(streams.received.begin(), streams.received.end(),
                    [&](const Event* received) { return received->value(0) == sending.id(); });
    if (sending.is_acknowledged() && !is_here) lost.push_back(sending.id());
  }
  if (lost.empty()) return;
  findings.push_back(
      failure(fmt::format("{} of {} records were called sent while the link was full, and never came: {}",
                          lost.size(), streams.sendings.size(), name_records(lost)),
              {halt.begin->index, sending_of(streams, lost.front())->answer->index}));
}

class Backpressure : public Checker {
 public:
  std::string_view id() const override { return "backpressure"; }
  std::string_view summary() const override {
    return "a writer whose reader stands still comes to a halt, and nothing is lost";
  }
  bool needs_operations() const override { return true; }

  Status accepts(const nlohmann::json& options) const override {
    if (options.is_null() || options.empty()) return done();
    const bool is_known = options.is_object() && options.size() == 1 && options.contains("asks_at_most") &&
                          options.at("asks_at_most").is_number_integer();
    if (is_known) return done();
    return usage_error("backpressure takes a number, as in { backpressure: { asks_at_most: 4 } }");
  }

  Findings check(const Case&, const History& history, const nlohmann::json& options) const override {
    const Streams streams = streams_of(history);
    const auto halt = halt_of(history, streams);
    if (!halt) return {nothing_to_judge("no reader was stopped")};
    Findings findings;
    judge_asking(history, streams, *halt, options.value("asks_at_most", kAsksAtMost), findings);
    judge_loss(streams, *halt, findings);
    const bool is_anybody_held =
        std::any_of(streams.sendings.begin(), streams.sendings.end(),
                    [&](const Sending& sending) { return is_under_way(sending, *halt); });
    if (findings.empty() && !is_anybody_held) {
      return {nothing_to_judge(
          "nobody was in the middle of sending when the stopped reader went on: the link was not full",
          {halt->begin->index})};
    }
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<Backpressure>()};

}  // namespace
}  // namespace harness

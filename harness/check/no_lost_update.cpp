// no_lost_update: every update of a counter counts once, and no reader sees a record half-updated.
//
// Updates that overlap in time have no order that an observer could demand, so they are put in the order of
// their values; what must hold is that no value comes twice, that none is missing without an update that
// nobody saw finish, and that an update which began after another had ended has the higher value.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"

namespace harness {
namespace {

// All updates of one counter.
struct Counter {
  std::vector<Operation> done;     // by value
  std::vector<Operation> unknown;  // each counted once or not at all; by beginning
};

int64_t value_of(const Operation& update) { return update.answer->value(1); }

std::map<int64_t, Counter> counters(const History& history) {
  std::map<int64_t, Counter> result;
  for (const Operation& update : operations(history, "update")) {
    if (update.is_ok()) result[update.object()].done.push_back(update);
    if (update.is_unknown()) result[update.object()].unknown.push_back(update);
  }
  for (auto& [object, counter] : result) {
    std::stable_sort(counter.done.begin(), counter.done.end(), [](const Operation& a, const Operation& b) {
      return std::make_pair(value_of(a), a.answer->index) < std::make_pair(value_of(b), b.answer->index);
    });
  }
  return result;
}

// Takes the unknown updates that are needed to explain `missing` values before an answer; false when there
// are too few.
bool take_unknown(std::vector<Operation>& unknown, int64_t missing, const Event& answer) {
  for (; missing > 0; --missing) {
    if (unknown.empty() || unknown.front().begin() > answer.index) return false;
    unknown.erase(unknown.begin());
  }
  return true;
}

// Judges the values of one counter in their order.
class Values {
 public:
  // `is_complete`: no operation is missing in the history.
  Values(int64_t object, const Counter& counter, bool is_complete)
      : object_(object), unknown_(counter.unknown), is_complete_(is_complete) {
    for (const Operation& update : counter.done) judge(update);
  }

  std::vector<Finding> findings() && { return std::move(findings_); }

 private:
  void judge(const Operation& update) {
    judge_step(update);
    if (last_begun_ && last_begun_->begin() > update.answer->index) report_backwards(update);
    if (!last_begun_ || update.begin() > last_begun_->begin()) last_begun_ = update;
    last_ = update;
  }

  void judge_step(const Operation& update) {
    const Event& answer = *update.answer;
    const int64_t before = last_ ? value_of(*last_) : 0;
    const int64_t missing = value_of(update) - before - 1;
    if (last_ && missing < 0) {
      report(fmt::format("an update of counter {} was lost: {} and {} both brought it to {}", object_,
                         last_->answer->role, answer.role, before),
             {last_->answer->index, answer.index});
    } else if (missing < 0) {
      report(fmt::format("{} brought counter {} to {}, below its first value 1", answer.role, object_,
                         value_of(update)),
             {answer.index});
    } else if (!take_unknown(unknown_, missing, answer) && is_complete_) {
      report(fmt::format("counter {} went from {} to {} by {}'s update, and no unfinished update explains it",
                         object_, before, value_of(update), answer.role),
             last_ ? std::vector<int>{last_->answer->index, answer.index} : std::vector<int>{answer.index});
    }
  }

  void report_backwards(const Operation& update) {
    report(
        fmt::format("counter {} went back: {} brought it to {} after {} had brought it to {}", object_,
                    last_begun_->answer->role, value_of(*last_begun_), update.answer->role, value_of(update)),
        {update.answer->index, last_begun_->answer->index});
  }

  void report(const std::string& message, std::vector<int> events) {
    findings_.push_back(failure(message, std::move(events)));
  }

  int64_t object_;
  std::vector<Operation> unknown_;
  bool is_complete_;
  std::optional<Operation> last_;        // the highest value so far
  std::optional<Operation> last_begun_;  // of all lower values, the update that began last
  std::vector<Finding> findings_;
};

// The values that a counter may have at a moment.
struct Range {
  int64_t lowest = 0;
  int64_t highest = 0;
};

Range range_at(const Counter& counter, int moment) {
  Range range;
  for (const Operation& update : counter.done) {
    const bool is_over = update.answer->index < moment;
    range.lowest += is_over ? 1 : 0;
    range.highest += is_over || update.begin() < moment ? 1 : 0;
  }
  for (const Operation& update : counter.unknown) range.highest += update.begin() < moment ? 1 : 0;
  return range;
}

std::optional<Finding> judge_final(const Event& read, const Counter& counter, bool is_complete) {
  const Range range = range_at(counter, read.index);
  const int64_t value = read.value(1);
  const bool is_low = value < range.lowest;
  if (!is_low && (value <= range.highest || !is_complete)) return std::nullopt;
  const std::string expected = range.lowest == range.highest
                                   ? fmt::format("{}", range.lowest)
                                   : fmt::format("{} to {}", range.lowest, range.highest);
  return failure(fmt::format("{} read {} as the last value of counter {}, but its updates make {}", read.role,
                             value, read.value(0), expected),
                 {read.index});
}

bool is_torn(const Event& fields) {
  const auto values = fields.data.find("values");
  if (values == fields.data.end() || values->empty()) return false;
  return std::any_of(values->begin(), values->end(),
                     [&](const auto& value) { return value != values->front(); });
}

bool is_observed(const Event& event, std::string_view name) {
  return event.kind == EventKind::observed && event.name == name;
}

std::vector<Finding> judge_observed(const History& history, const std::map<int64_t, Counter>& all,
                                    bool is_complete) {
  static const Counter kNoUpdates;
  std::vector<Finding> findings;
  const int end = clean_up_begins(history);
  for (const Event& event : history) {
    if (event.index >= end) break;
    if (is_observed(event, "fields") && is_torn(event)) {
      findings.push_back(
          failure(fmt::format("{} saw a record half-updated: its fields were {}, and should be equal",
                              event.role, event.data.at("values").dump()),
                  {event.index}));
    }
    if (!is_observed(event, "final")) continue;
    const auto counter = all.find(event.value(0));
    auto finding = judge_final(event, counter == all.end() ? kNoUpdates : counter->second, is_complete);
    if (finding) findings.push_back(std::move(*finding));
  }
  return findings;
}

bool anything_to_judge(const History& history, const std::map<int64_t, Counter>& all) {
  return std::any_of(all.begin(), all.end(), [](const auto& entry) { return !entry.second.done.empty(); }) ||
         std::any_of(history.begin(), history.end(),
                     [](const Event& event) { return is_observed(event, "fields"); });
}

class NoLostUpdate : public Checker {
 public:
  std::string_view id() const override { return "no_lost_update"; }
  std::string_view summary() const override {
    return "every update counts once, from 1 on, and nobody sees a record half-updated";
  }
  bool needs_operations() const override { return true; }

  std::vector<Finding> check(const Case&, const History& history, const nlohmann::json&) const override {
    const bool is_complete = !operations_lost(history);
    const std::map<int64_t, Counter> all = counters(history);
    std::vector<Finding> findings = judge_observed(history, all, is_complete);
    for (const auto& [object, counter] : all) {
      for (Finding& finding : Values(object, counter, is_complete).findings())
        findings.push_back(std::move(finding));
    }
    if (findings.empty() && !anything_to_judge(history, all)) {
      return {nothing_to_judge(
          "no finished update and no observed fields were recorded, so nothing could be judged")};
    }
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<NoLostUpdate>()};

}  // namespace
}  // namespace harness

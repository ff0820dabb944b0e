// mutual_exclusion: no two threads hold one lock at the same time, and no thread takes a lock that it holds
// already.
#include <fmt/format.h>

#include <map>
#include <vector>

#include "check/checker.h"
#include "check/findings.h"
#include "check/holding.h"
#include "check/life.h"
#include "check/operations.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

// One thread's time with a lock, from the event that gave it.
struct Tenure {
  Holder holder;
  const Event* taken = nullptr;
};

// A tenure, and the event that gave its lock away a second time.
struct Overlap {
  Tenure first;
  const Event* taken_again = nullptr;
};

// The kernel vouches for the death of a holder when it hands the lock on with EOWNERDEAD, unless that holder
// is known to have lived on, like one that was only stopped.
bool is_over(const Deaths& deaths, const Tenure& tenure, const Event& next) {
  const Alive alive = deaths.alive_at(tenure.holder, tenure.taken->index, next.index);
  return alive == Alive::no || (alive == Alive::perhaps && next.value(1) == kOwnerDead);
}

// The tenures of every lock while a history is read, and where they overlap.
class Locks {
 public:
  explicit Locks(const History& history) : history_(history), deaths_(history) {}

  void take(const Event& ok) {
    any_taken_ = true;
    std::vector<Tenure>& tenures = tenures_[ok.value(0)];
    std::erase_if(tenures, [&](const Tenure& tenure) { return is_over(deaths_, tenure, ok); });
    for (const Tenure& tenure : tenures) {
      // Where a holder's later records are missing, its unlock may be among them.
      if (operations_lost(history_, tenure.holder.role)) continue;
      overlaps_[ok.value(0)].push_back({.first = tenure, .taken_again = &ok});
    }
    forget(ok);
    tenures.push_back({.holder = teller(ok), .taken = &ok});
  }

  // Ends the tenure of the thread that told of this event.
  void forget(const Event& event) {
    std::erase_if(tenures_[event.value(0)],
                  [&](const Tenure& tenure) { return tenure.holder == teller(event); });
  }

  bool any_taken() const { return any_taken_; }
  const std::map<int64_t, std::vector<Overlap>>& overlaps() const { return overlaps_; }

 private:
  const History& history_;
  Deaths deaths_;
  bool any_taken_ = false;
  std::map<int64_t, std::vector<Tenure>> tenures_;  // by lock
  std::map<int64_t, std::vector<Overlap>> overlaps_;
};

std::string describe(int64_t lock, const Overlap& overlap) {
  const Holder& first = overlap.first.holder;
  const Event& again = *overlap.taken_again;
  if (first == teller(again)) return fmt::format("{} took lock {} again while it held it", again.role, lock);
  const std::string result = again.value(1) == 0 ? "" : " with " + errno_name(again.value(1));
  if (first.role == again.role) {
    return fmt::format("thread {} of {} took lock {}{} while its thread {} held it, alive", again.tid,
                       again.role, lock, result, first.tid);
  }
  return fmt::format("{} took lock {}{} while {} held it, alive", again.role, lock, result, first.role);
}

class MutualExclusion : public Checker {
 public:
  std::string_view id() const override { return "mutual_exclusion"; }
  std::string_view summary() const override { return "no two threads hold one lock at the same time"; }
  bool needs_operations() const override { return true; }

  std::vector<Finding> check(const Case&, const History& history, const nlohmann::json&) const override {
    Locks locks(history);
    const int end = clean_up_begins(history);
    for (const Event& event : history) {
      if (event.index >= end) break;
      if (event.kind == EventKind::ok && event.name == "lock") locks.take(event);
      if (event.kind == EventKind::invoke && event.name == "unlock") locks.forget(event);
    }
    return unless_operations_lost(history, findings(locks));
  }

 private:
  static std::vector<Finding> findings(const Locks& locks) {
    if (!locks.any_taken())
      return {nothing_to_judge("no lock operation was recorded, so none could be judged")};
    std::vector<Finding> found;
    for (const auto& [lock, overlaps] : locks.overlaps()) {
      std::string message = describe(lock, overlaps.front());
      if (overlaps.size() > 1) message += fmt::format(" (the first of {} overlaps)", overlaps.size());
      found.push_back(
          failure(message, {overlaps.front().first.taken->index, overlaps.front().taken_again->index}));
    }
    return found;
  }
};

const Registration<Checker> registration{std::make_unique<MutualExclusion>()};

}  // namespace
}  // namespace harness

// owner_death_reported: when the owner of a lock dies, the next to take it is told by EOWNERDEAD; once per
// death, and never without one.
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

// One lock while a history is read: who had it last, and how that ended as far as has been told.
struct Lock {
  enum class Last {
    nobody,
    held,
    releasing,  // its unlock has begun
    released,
    unclear,  // somebody else unlocked it, or its owner does not know whether it did
  };

  Last last = Last::nobody;
  Holder owner;
  const Event* taken = nullptr;
  std::vector<const Event*> asking;  // `invoke lock` without an answer so far
  std::vector<Holder> strangers;     // threads whose running unlock began when they did not own the lock
};

// What the next to take the lock must be told.
enum class Told { of_a_death, of_none, either };

class OwnerDeaths {
 public:
  explicit OwnerDeaths(const History& history) : history_(history), deaths_(history) {}

  void read(const Event& event) {
    Lock& lock = locks_[event.value(0)];
    if (event.name == "lock") read_lock(event, lock);
    if (event.name == "unlock") read_unlock(event, lock);
  }

  bool any() const { return !locks_.empty(); }
  std::vector<Finding> findings() && { return std::move(findings_); }

 private:
  void read_lock(const Event& event, Lock& lock) {
    if (event.kind == EventKind::invoke) lock.asking.push_back(&event);
    if (event.kind == EventKind::ok || event.kind == EventKind::fail) stop_asking(event, lock);
    if (event.kind != EventKind::ok) return;
    judge(event, lock);
    lock.last = Lock::Last::held;
    lock.owner = teller(event);
    lock.taken = &event;
  }

  static void read_unlock(const Event& event, Lock& lock) {
    const bool is_owner = lock.taken && lock.owner == teller(event);
    if (event.kind == EventKind::invoke && is_owner) lock.last = Lock::Last::releasing;
    if (event.kind == EventKind::invoke && !is_owner) lock.strangers.push_back(teller(event));
    if (event.kind == EventKind::invoke) return;

    const bool is_stranger = std::erase(lock.strangers, teller(event)) > 0;
    if (is_stranger && event.kind == EventKind::ok && lock.last == Lock::Last::held)
      lock.last = Lock::Last::unclear;
    if (is_stranger || !is_owner) return;
    lock.last = event.kind == EventKind::ok     ? Lock::Last::released
                : event.kind == EventKind::fail ? Lock::Last::held
                                                : Lock::Last::unclear;
  }

  static void stop_asking(const Event& answer, Lock& lock) {
    std::erase_if(lock.asking, [&](const Event* asked) { return teller(*asked) == teller(answer); });
  }

  void judge(const Event& next, Lock& lock) {
    const bool told = next.value(1) == kOwnerDead;
    const Told due = what_is_due(next, lock);
    if (due == Told::of_a_death && !told) {
      const Event& death = *deaths_.after(lock.owner, lock.taken->index);
      findings_.push_back(
          failure(describe_silence(next, lock), {lock.taken->index, death.index, next.index}));
    }
    if (due == Told::of_none && told && !take_unseen_death(next, lock)) {
      std::vector<int> events = {next.index};
      if (lock.taken) events.insert(events.begin(), lock.taken->index);
      findings_.push_back(failure(describe_false_alarm(next, lock), events));
    }
  }

  Told what_is_due(const Event& next, const Lock& lock) const {
    if (lock.last == Lock::Last::unclear) return Told::either;
    if (lock.last == Lock::Last::nobody || lock.last == Lock::Last::released) return Told::of_none;
    // Its later records are missing, and its unlock may be among them.
    if (operations_lost(history_, lock.owner.role)) return Told::either;
    const Alive alive = deaths_.alive_at(lock.owner, lock.taken->index, next.index);
    if (alive == Alive::yes) return Told::of_none;
    // Dead in the middle of its unlock: nobody can say from outside whether it had let go.
    return lock.last == Lock::Last::held ? Told::of_a_death : Told::either;
  }

  // One who died while asking may have got the lock without living to say so: that death may be told of,
  // once.
  bool take_unseen_death(const Event& next, Lock& lock) const {
    for (auto asked = lock.asking.begin(); asked != lock.asking.end(); ++asked) {
      if (deaths_.alive_at(teller(**asked), (*asked)->index, next.index) == Alive::yes) continue;
      lock.asking.erase(asked);
      return true;
    }
    return false;
  }

  static std::string describe_silence(const Event& next, const Lock& lock) {
    return fmt::format(
        "{} died while it held lock {}, but {}, the next to take it, was not told: it got {} instead "
        "of EOWNERDEAD",
        lock.owner.role, next.value(0), next.role, next.value(1) == 0 ? "0" : errno_name(next.value(1)));
  }

  static std::string describe_false_alarm(const Event& next, const Lock& lock) {
    const std::string alarm = fmt::format("{} got EOWNERDEAD for lock {}, but ", next.role, next.value(0));
    if (lock.last == Lock::Last::nobody) return alarm + "nobody had taken it before";
    if (lock.last != Lock::Last::released) return alarm + lock.owner.role + " held it, alive";
    if (lock.taken->value(1) == kOwnerDead) {
      return alarm + lock.owner.role + " had already been told of that death, and had unlocked";
    }
    return alarm + lock.owner.role + ", the last to hold it, had unlocked";
  }

  const History& history_;
  Deaths deaths_;
  std::map<int64_t, Lock> locks_;
  std::vector<Finding> findings_;
};

class OwnerDeathReported : public Checker {
 public:
  std::string_view id() const override { return "owner_death_reported"; }
  std::string_view summary() const override {
    return "the next to take a dead owner's lock gets EOWNERDEAD: once per death, never without one";
  }
  bool needs_operations() const override { return true; }

  std::vector<Finding> check(const Case&, const History& history, const nlohmann::json&) const override {
    OwnerDeaths locks(history);
    const int end = clean_up_begins(history);
    for (const Event& event : history) {
      const bool concerns_lock = is_operation(event, "lock") || is_operation(event, "unlock");
      if (event.index < end && concerns_lock) locks.read(event);
    }
    if (!locks.any()) return {nothing_to_judge("no lock operation was recorded, so none could be judged")};
    return unless_operations_lost(history, std::move(locks).findings());
  }
};

const Registration<Checker> registration{std::make_unique<OwnerDeathReported>()};

}  // namespace
}  // namespace harness

#include "sweep/sweep.h"

#include <sys/syscall.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "os/clock.h"
#include "os/functions.h"
#include "os/registers.h"
#include "os/syscalls.h"
#include "sweep/fast_recording.h"
#include "sweep/recording.h"
#include "sweep/stand_in.h"
#include "sweep/states.h"
#include "sweep/victim.h"

namespace harness {
namespace {

constexpr int kPatienceSeconds = 10;

// Elsewhere a victim that is stopped between a load-exclusive and its store would never leave the loop around
// them.
#if defined(__x86_64__)
constexpr bool kIsWritten = true;
#else
constexpr bool kIsWritten = false;
#endif

Outcome worst(const Findings& findings) { return *std::max_element(findings.begin(), findings.end()); }

std::string in_words(const Findings& findings) {
  std::string text;
  for (const Outcome outcome : findings) text += (text.empty() ? "" : ", ") + std::string(to_string(outcome));
  return text;
}

// The calls that leave nothing behind in the kernel but who sleeps; of a victim alone nobody does.
bool leaves_nothing(long call) {
  constexpr long kHarmless[] = {SYS_futex, SYS_gettid, SYS_getpid, SYS_sched_yield, SYS_clock_gettime};
  return std::count(std::begin(kHarmless), std::end(kHarmless), call) != 0;
}

// Adds up what the states came to, in their order.
class Windows {
 public:
  void add(uint64_t number, uint64_t address, Outcome outcome) {
    ++counts_[static_cast<size_t>(outcome)];
    if (!windows_.empty() && windows_.back().outcome == outcome) {
      windows_.back().last = number;
    } else {
      windows_.push_back({number, number, outcome, address, ""});
    }
  }
  const std::array<uint64_t, kOutcomes>& counts() const { return counts_; }
  std::vector<Window>& windows() { return windows_; }

 private:
  std::array<uint64_t, kOutcomes> counts_{};
  std::vector<Window> windows_;
};

class Sweep {
 public:
  explicit Sweep(const SweepOrder& order) : order_(order) {}

  Result<SweepReport> run() {
    ASSIGN_OR_RETURN(origin_, Origin::start(order_.origin));
    ASSIGN_OR_RETURN(survey_, survey(*origin_));
    describe_region();
    if (!is_worth_it()) return report_;
    refuse_stand_ins();
    for (int i = 0; i < order_.repeats; ++i) TRY(sweep_once());
    conclude();
    return report_;
  }

 private:
  void describe_region() {
    report_.states = survey_.states;
    report_.instructions = survey_.states - (survey_.ends_by_return ? 1 : 0);
    report_.distinct = survey_.distinct.size();
    for (const Lock& lock : survey_.locks)
      report_.locks.push_back({lock, origin_->arena().describe(lock.address)});
  }

  bool is_worth_it() {
    if (survey_.locks.empty()) report_.reasons.push_back("no lock in shared memory was seen in the region");
    if (!survey_.locks.empty() && !survey_.was_held)
      report_.reasons.push_back("the lock was never taken in the region");
    if (survey_.was_pending_first)
      report_.reasons.push_back(
          "a lock's operation is noted as under way where the region begins (list_op_pending)");
    return report_.reasons.empty();
  }

  // A stand-in knows what lies in memory alone.
  void refuse_stand_ins() {
    auto& why = report_.no_stand_ins;
    if (!order_.stand_ins) why.push_back("not asked for");
    if (survey_.inherits) why.push_back("priority inheritance: the kernel keeps who waits for whom");
    if (survey_.leads_outside) why.push_back("the robust list leads through memory that is not shared");
    for (const std::string& one : origin_->held()) why.push_back(one);
    for (const long call : survey_.calls) {
      if (!leaves_nothing(call)) why.push_back("the region calls " + syscall_name(call));
    }
    for (const long call : survey_.calls) makes_no_call_ = makes_no_call_ && leaves_nothing(call);
    is_memory_alone_ = makes_no_call_ && !survey_.inherits;
  }

  Status sweep_once() {
    if (report_.no_stand_ins.empty()) TRY(sweep_by_stand_ins());
    if (order_.true_kills) TRY(sweep_by_true_kills());
    return done();
  }

  bool merges() const { return order_.merge && is_memory_alone_; }

  // --- stand-ins

  Status sweep_by_stand_ins() {
    if (!grave_) {
      ASSIGN_OR_RETURN(Arena grave, Arena::make(origin_->arena().segments()));
      grave_.emplace(std::move(grave));
      ASSIGN_OR_RETURN(stand_ins_, StandIns::start(*grave_, origin_->robust_head(), survey_.locks));
      TRY(prepare_recording());
    }
    const int64_t since = now_ns();
    const uint64_t swept_before = report_.swept;
    bool went_another_way = false;
    Windows windows;
    Status recorded = record_and_stand_in(windows, went_another_way);
    if (!recorded && went_another_way) {  // as it seems also when its id stands in the memory by chance
      windows = {};
      report_.swept = swept_before;
      recorded = record_and_stand_in(windows, went_another_way);
    }
    TRY(recorded);
    report_.stand_in_ns += now_ns() - since;
    keep(windows);
    return done();
  }

  Status record_and_stand_in(Windows& windows, bool& went_another_way) {
    by_stand_in_.assign(survey_.distinct.size(), {});
    std::vector<bool> is_met(survey_.distinct.size(), false);
    std::vector<Met> met;
    stand_ins_->forget_all();
    TRY(record_again([&](const Moment& moment, pid_t victim) -> Status {
      const auto id = survey_.ids.find(moment.digest);
      went_another_way = id == survey_.ids.end();
      if (went_another_way)
        return unavailable("the region went another way than before: it depends on more than its beginning");
      const bool dies = !is_met[id->second] || !merges();
      is_met[id->second] = true;
      met.push_back({moment.number, moment.position.address, id->second, dies});
      if (!dies) return done();
      stand_ins_->add(moment.shared, moment.head, victim);
      return stand_ins_->is_full() ? judge_by_stand_ins(met, windows) : done();
    }));
    return judge_by_stand_ins(met, windows);
  }

  // A state that was met, and whether a stand-in dies in it or has in one that is the same.
  struct Met {
    uint64_t number = 0;
    uint64_t address = 0;
    uint32_t id = 0;
    bool dies = false;
  };

  Status judge_by_stand_ins(std::vector<Met>& met, Windows& windows) {
    ASSIGN_OR_RETURN(std::vector<Findings> found, stand_ins_->die());
    report_.stand_ins += found.size();
    report_.swept += met.size();
    auto next = found.begin();
    for (const Met& state : met) {
      Findings& known = by_stand_in_[state.id];
      if (state.dies) {
        if (!known.empty() && known != *next)
          differ(state.number, "stand-ins in the same state: " + in_words(known) + " and " + in_words(*next));
        known = std::move(*next++);
      }
      windows.add(state.number, state.address, worst(known));
    }
    met.clear();
    return done();
  }

  Status prepare_recording() {
    auto made = order_.fast_recording ? FastRecording::make(*origin_, survey_)
                                      : Result<std::unique_ptr<FastRecording>>(unavailable("not asked for"));
    if (made) {
      fast_ = std::move(*made);
    } else if (made.error().blame == Blame::unavailable) {
      report_.stepped = made.error().message;
    } else {
      return made.error();
    }
    return done();
  }

  Status record_again(const ShowMoment& show) {
    return fast_ ? fast_->record(*origin_, show) : record(*origin_, show);
  }

  // --- true kills

  Status sweep_by_true_kills() {
    if (merges()) return kill_in_each_distinct_state();
    return kill_in_each_state();
  }

  Status kill_in_each_distinct_state() {
    const int64_t since = now_ns();
    by_kill_.assign(survey_.distinct.size(), {});
    for (uint32_t id = 0; id < survey_.distinct.size(); ++id) {
      const Survey::Distinct& state = survey_.distinct[id];
      ASSIGN_OR_RETURN(by_kill_[id], kill_one_at({state.first, state.position, id}, false));
      if (!by_stand_in_.empty() && by_stand_in_[id] != by_kill_[id])
        differ(state.first,
               "stand-in: " + in_words(by_stand_in_[id]) + ", true kill: " + in_words(by_kill_[id]));
    }
    report_.true_kill_ns += now_ns() - since;
    Windows windows;
    TRY(record(*origin_, [&](const Moment& moment, pid_t) -> Status {
      const auto id = survey_.ids.find(moment.digest);
      if (id == survey_.ids.end() || by_kill_[id->second].empty())
        return unavailable("the region went another way than before");
      windows.add(moment.number, moment.position.address, worst(by_kill_[id->second]));
      return done();
    }));
    keep(windows);
    return done();
  }

  Status kill_in_each_state() {
    std::vector<Moment> way;
    TRY(record(*origin_, [&](const Moment& moment, pid_t) {
      way.push_back(moment);
      return done();
    }));
    const int64_t since = now_ns();
    by_kill_.assign(survey_.distinct.size(), {});
    Windows windows;
    for (const Moment& moment : way) {
      const auto id = survey_.ids.find(moment.digest);
      if (id == survey_.ids.end()) return unavailable("the region went another way than before");
      Findings& known = by_kill_[id->second];
      const Place place{moment.number, moment.position, id->second};
      ASSIGN_OR_RETURN(Findings found, kill_one_at(place, !known.empty()));
      if (is_memory_alone_ && !known.empty() && known != found)
        differ(moment.number, "true kills in the same state: " + in_words(known) + " and " + in_words(found));
      if (!by_stand_in_.empty() && by_stand_in_[id->second] != found)
        differ(moment.number,
               "stand-in: " + in_words(by_stand_in_[id->second]) + ", true kill: " + in_words(found));
      windows.add(moment.number, moment.position.address, worst(found));
      known = std::move(found);
    }
    report_.true_kill_ns += now_ns() - since;
    keep(windows);
    return done();
  }

  // Where a victim is killed: before which instruction, and in which of the distinct states it is then.
  struct Place {
    uint64_t number = 0;
    Position position;
    uint32_t id = 0;
  };

  // In each distinct state a copy dies. In one that is known a lodger does, which costs a fraction of a copy,
  // and has to come to the same.
  Result<Findings> kill_one_at(const Place& place, bool is_known) {
    const bool lodges = is_known && has_lodgers();
    {
      ASSIGN_OR_RETURN(SweptProcess victim, lodges ? origin_->lodger() : origin_->copy());
      ASSIGN_OR_RETURN(const bool is_same, go_to(place, victim));
      if (is_same) {
        report_.lodgers += lodges ? 1 : 0;
        return kill_and_look(victim);
      }
    }  // it ends here
    // A number in the memory that is one victim's id by chance is none of the next one's.
    ASSIGN_OR_RETURN(SweptProcess other, origin_->copy());
    ASSIGN_OR_RETURN(const bool is_same, go_to(place, other));
    if (!is_same) differ(place.number, "a copy was not in the state that was recorded there");
    return kill_and_look(other);
  }

  bool has_lodgers() {
    if (!makes_no_call_ || !report_.no_lodgers.empty()) return false;
    if (const Status admitted = origin_->admit_lodgers(); !admitted)
      report_.no_lodgers = admitted.error().message;
    return report_.no_lodgers.empty();
  }

  // True when the victim is in the state that was recorded there.
  Result<bool> go_to(const Place& place, SweptProcess& victim) {
    StateDigest digest(origin_->beginning(), victim.pid());
    // The first passing of the region's first instruction is where the copy stands.
    const bool is_at_begin = place.position.address == origin_->bounds().first;
    for (uint32_t passing = is_at_begin ? 1 : 0; passing < place.position.passing; ++passing) {
      ASSIGN_OR_RETURN(const bool is_there, victim.run_to(place.position.address));
      if (!is_there) return unavailable("state " + std::to_string(place.number) + " was not reached again");
    }
    ASSIGN_OR_RETURN(const RobustHead head, read_robust_head(victim.pid(), origin_->robust_head()));
    const auto found = survey_.ids.find(digest.of(origin_->arena().bytes(), head));
    return found != survey_.ids.end() && found->second == place.id;
  }

  Findings kill_and_look(SweptProcess& victim) {
    const pid_t pid = victim.pid();
    victim.kill();
    ++report_.true_kills;
    return try_locks(survey_.locks, origin_->arena(), pid);
  }

  // --- what it came to

  void differ(uint64_t state, std::string what) {
    constexpr size_t kMost = 100;
    if (report_.differences.size() < kMost) report_.differences.push_back({state, std::move(what)});
  }

  void keep(Windows& windows) {
    report_.states_by_outcome = windows.counts();
    report_.windows = std::move(windows.windows());
  }

  void conclude() {
    const auto& judged = by_kill_.empty() ? by_stand_in_ : by_kill_;
    for (const Findings& findings : judged)
      ++report_.distinct_by_outcome[static_cast<size_t>(worst(findings))];
    for (Window& window : report_.windows) window.code = describe_code(origin_->pid(), window.address);
    const auto count = [&](Outcome outcome) {
      return report_.states_by_outcome[static_cast<size_t>(outcome)];
    };
    auto& reasons = report_.reasons;
    if (!report_.differences.empty()) reasons.push_back("stand-ins and true kills differ");
    if (count(Outcome::unclear) != 0) reasons.push_back("a lock was held by nobody who should");
    const bool is_bad = count(Outcome::orphaned) + count(Outcome::unusable) != 0;
    if (!is_bad && count(Outcome::owner_died) == 0) reasons.push_back("no survivor ever got EOWNERDEAD");
    report_.verdict = !reasons.empty() ? Verdict::inconclusive : is_bad ? Verdict::fail : Verdict::pass;
    if (is_bad && reasons.empty())
      reasons.push_back("after a death at " +
                        std::to_string(count(Outcome::orphaned) + count(Outcome::unusable)) + " of " +
                        std::to_string(report_.states) + " states nobody will ever get the lock");
  }

  const SweepOrder& order_;
  SweepReport report_;
  std::unique_ptr<Origin> origin_;
  Survey survey_;
  bool makes_no_call_ = true;     // but such as leave nothing
  bool is_memory_alone_ = false;  // what a death shows others is known from what lies in memory
  std::optional<Arena> grave_;    // where stand-ins die
  std::unique_ptr<StandIns> stand_ins_;
  std::unique_ptr<FastRecording> fast_;
  std::vector<Findings> by_stand_in_;  // by the number of the distinct state
  std::vector<Findings> by_kill_;
};

}  // namespace

Result<SweepReport> sweep(const SweepOrder& order) {
  if (!kIsWritten)
    return unavailable(
        "the instruction sweep is written for x86-64; elsewhere use `harness run … --at insn:FROM..TO`");
  const TracePatience patience(kPatienceSeconds);
  return Sweep(order).run();
}

}  // namespace harness

// Supervision: one case while it runs. The inside of run/supervisor.h; its parts are
//   case_start.cpp   journals, points, starting the roles
//   case_watch.cpp   what happened, who arrived where, whether anybody still moves
//   case_turns.cpp   whose turn it is to make a call, in an exploration
//   case_schedule.cpp  the same at every step, by a schedule
//   case_steps.cpp   regions that a victim takes instruction by instruction
//   case_act.cpp     striking, and letting go
//   case_finish.cpp  the postmortem, ending everything, residue, the history
#pragma once

#include <sys/types.h>

#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inject/injector.h"
#include "os/shm_limit.h"
#include "os/tracer.h"
#include "run/call_record.h"
#include "run/idle_calls.h"
#include "run/journal.h"
#include "run/ledger.h"
#include "run/links.h"
#include "run/met_calls.h"
#include "run/postmortem.h"
#include "run/quiescence.h"
#include "run/supervisor.h"
#include "run/turn_order.h"
#include "run/workplace.h"

namespace harness {

constexpr int64_t kFirstPace_ns = 1'000'000;  // how long nothing must happen before the threads are looked at
constexpr int64_t kMostDeadlines = 20;  // how far a deadline is put off on a machine that is busy with others
constexpr int64_t kSlowestPace_ns = 4'000'000;  // and at most between two looks

// A role instance and its first process.
struct RoleRun {
  const RoleInstance* plan = nullptr;
  RoleFiles* files = nullptr;
  pid_t pid = 0;
  bool is_started = false;
  bool is_ready = false;
  bool has_ended = false;
  bool has_children = false;  // as far as is known
};

// What tries again for ever would fill the record; after so many failures in a row the cause is gone.
constexpr int kStrikesMax = 100;

// Where a fault stands.
struct FaultRun {
  enum class State { waiting, entering, holding, stopped, keeping, over };

  const Fault* plan = nullptr;
  const Injector* injector = nullptr;
  State state = State::waiting;
  int role = -1;
  pid_t pid = 0;
  pid_t tid = 0;
  int nth = 0;
  int strikes = 0;            // of one that strikes at every arrival
  long call = -1;             // State::entering: the call in which it must be asleep
  uint64_t switches = 0;      // of its thread when it was last seen asleep there
  bool hold_is_over = false;  // the arrival that was waited for has come
  bool resume_is_due = false;
  bool is_dying = false;  // its victim was killed, and may still have what it had
  std::vector<std::pair<VictimDescriptor, Fd>> copies;  // State::keeping: what is kept open of the victim's
  nlohmann::json where =
      nlohmann::json::object();  // what is known of the point: call arguments, result, futex

  // A copy that is kept to the end of the case waits for nothing.
  bool awaits_resume() const {
    return state == State::stopped || (state == State::keeping && plan->resume != Hold{});
  }
};

// A task that stands still at a point.
struct At {
  pid_t tid = 0;
  pid_t pid = 0;
  int role = 0;
  // The point, and which arrival at it; then the (OBJECT) points that it is as well.
  std::vector<std::pair<InjectionPoint, int>> counted;
  nlohmann::json data = nlohmann::json::object();
};

class Supervisor {
 public:
  Supervisor(const Case& plan, const Ground& ground, Workplace& workplace, int interrupt)
      : plan_(plan),
        ground_(ground),
        workplace_(workplace),
        interrupt_(interrupt),
        tracer_(ground.can_trace),
        ledger_(ground.sandbox) {
    if (plan.schedule && ground.can_trace) turn_order_.emplace(*plan.schedule);
  }

  Result<CaseRun> run();

 private:
  // --- before
  // ------------------------------------------------------------------------------------------------------
  Status prepare();
  Status prepare_faults();
  Status prepare_roles();
  void say_blind_spots();
  bool counts_calls(const Stop& stop);
  void arm_probes(const Arrival& arrival);
  void watch_call(const Arrival& arrival);
  bool steps_through(const std::string& instance) const;
  std::vector<Arrival> awaited_arrivals() const;
  std::string fill(std::string text) const;

  // --- during
  // ------------------------------------------------------------------------------------------------------
  Status watch();
  Status advance();
  int64_t first_pace_ns() const;
  bool is_overdue();
  bool is_over(size_t index) const;  // no process of the role is left that could make it ready
  Status start_due_roles();
  Status start(size_t role);
  bool is_copied(const RoleRun& role) const;
  std::string reports_of(const RoleRun& role) const;
  Result<pid_t> start_process(size_t role, Launch order);
  Status make_links();
  void check_ready(size_t role);
  Status on_stop(const Stop& stop);
  Status on_stop_in_turn(const Stop& stop);
  Status on_parked(const Stop& stop);
  Status on_call(const Stop& stop);
  Status on_call_in_turn(const Stop& stop);
  bool takes_turns() const;
  int rank_of(int role) const;
  bool is_being_struck(pid_t tid) const;
  bool is_running(const Tracer::Task& task) const;
  bool is_anothers_turn(const Stop& stop) const;
  bool waits_for_turn(const Stop& stop);
  Status give_turns();
  void forget_turn(pid_t tid);
  void note_spinners();
  void add_to_schedule(pid_t tid, int role);
  bool waits_for_schedule(const Stop& stop);
  std::optional<Parked> parked_at(const Stop& stop);
  void note_turn(const Stop& stop);
  Status give_scheduled_turn();
  Status arrive(const At& at);
  void note_arrival(const At& at);
  void note_call(const Stop& stop, InjectionPoint::Edge edge);
  void name_link(nlohmann::json& fill, pid_t pid, int number) const;
  bool is_match(const Arrival& arrival, const At& at) const;
  bool is_due(const Fault& fault, const At& at) const;
  void begin_region(const At& at, const Parked& parked);
  Status on_instruction(const Stop& stop);
  void say_region_end(pid_t tid, int executed, const RegionTrail& trail = {});
  nlohmann::json last_call_of(const Stop& stop) const;
  nlohmann::json place_of_code(pid_t pid, uint64_t address) const;
  Status act(FaultRun& fault);
  void let_go(FaultRun& fault, const std::string& why, nlohmann::json data = nlohmann::json::object());
  void let_enter(FaultRun& fault);
  void watch_entering(FaultRun& fault);
  bool on_return(const Stop& stop);
  bool has_left(const FaultRun& fault) const;
  bool is_a_victim_dying();
  Status act_on_due_faults();
  bool look_around();
  void note_settled(Motion motion);
  Status on_ending(const Stop& stop);
  void on_ended(const Stop& stop);
  std::vector<CaseProcess> processes() const;
  CaseProcess process_of(pid_t pid, int role) const;
  bool is_call_on(const std::string& object, const Stop& stop);
  void let_copies_go(FaultRun& fault);
  nlohmann::json call_details(const Stop& stop, InjectionPoint::Edge edge) const;

  // --- after
  // -------------------------------------------------------------------------------------------------------
  void say_stuck(EventKind kind, std::string name = "", int role = -1,
                 nlohmann::json data = nlohmann::json::object());
  bool watches(const std::string& what) const;
  void note_calls();
  void note_met_calls();
  void note_turns();
  void meet(const Stop& stop);
  void explain_other_end(Event& blocked) const;
  bool is_child(pid_t pid) const;
  void note_descriptors(const std::string& moment, pid_t pid, int role);
  std::string who_is_not_ready() const;
  void finish();
  void note_residue();
  nlohmann::json told_of(const Leftover& leftover) const;
  History collect();
  void add_output(History& history) const;
  void add_reports(const RoleRun& role, History& history) const;
  bool is_of(const std::filesystem::path& report, const RoleRun& role) const;

  Event& say(EventKind kind, std::string name, int role = -1, nlohmann::json data = nlohmann::json::object());
  bool all_started() const;
  bool all_ended() const;
  std::vector<std::string> role_names() const;

  const Case& plan_;
  const Ground& ground_;
  Workplace& workplace_;
  int interrupt_;
  Tracer tracer_;
  Ledger ledger_;
  ShmLimit shm_limit_;  // for the rest of the case, once a fault has asked for it
  CaseLinks links_;
  IdleCalls idle_calls_;
  MetCalls met_calls_;
  std::set<int> caught_signals_;  // by any role, where the case is part of an exploration
  std::vector<bool> explored_;    // by role: all of its calls are recorded
  std::string directory_;
  std::vector<RoleRun> roles_;
  std::vector<FaultRun> faults_;
  Fd network_;                                             // of the case's own, if it wants one
  std::map<std::string, Fd> link_ends_;                    // by "data.write"; until all roles have started
  std::vector<std::set<long>> calls_;                      // by role: the calls that stop
  std::vector<std::set<long>> exits_;                      // by role: those that stop at exit as well
  std::vector<std::set<InjectionPoint>> on_objects_;       // by role: the (OBJECT) points that are waited for
  std::map<std::pair<pid_t, std::string>, int> arrivals_;  // by process and system call point
  std::set<pid_t> begun_;                                  // untraced: in the program's own code
  std::map<pid_t, std::array<uint64_t, 6>> last_args_;     // by task: of the call that it is in
  std::map<pid_t, InjectionPoint> regions_;                // by task: the region that it takes step by step
  std::map<pid_t, Known> known_;
  History events_;
  int64_t started_at_ = 0;
  int64_t deadline_ns_ = 0;        // a moment
  int64_t processor_time_ns_ = 0;  // that the worker had had when the case began
  int64_t pace_ns_ = kFirstPace_ns;
  int agreeing_looks_ = 0;
  int noted_calls_ = 0;  // entries and exits
  bool is_interrupted_ = false;
  bool progressed_ = false;
  std::vector<Stop> awaiting_turn_;  // before a call, until those that come first sleep (case_turns.cpp)
  std::set<pid_t> spinners_;         // tasks that are not waited for, since they wait without sleeping
  int calls_in_a_row_ = 0;           // made while others await their turn
  int looks_at_others_ = 0;
  std::map<pid_t, int64_t> used_ns_;     // by task that others wait for: its processor time when that began
  std::optional<TurnOrder> turn_order_;  // by the case's schedule, if it has one; the rest is for that
  std::map<pid_t, Parked> parked_;       // by task that stands at a probe
  std::set<pid_t> rewound_;              // tasks that stand before a call again, to be given a signal
  pid_t last_turn_ = 0;
  int turns_in_a_row_ = 0;
  int switches_ = 0;
  int busy_role_ = -1;  // the role that is not waited out (run/idle_calls.h)
};

}  // namespace harness

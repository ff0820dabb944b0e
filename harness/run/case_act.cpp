// Acting on a case: the faults strike, and victims go on.
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "core/kernel_names.h"
#include "os/procfs.h"
#include "os/room.h"
#include "os/shared_bytes.h"
#include "os/syscalls.h"
#include "run/supervision.h"

namespace harness {

// The door that an injector has to a held task.
class HeldVictim : public Victim {
 public:
  HeldVictim(Tracer& tracer, RoleJournal& journal, const FaultRun& fault, CaseLinks& links,
             CaseProcess process, std::vector<CaseProcess> all, ShmLimit& shm_limit, const Sandbox& sandbox)
      : tracer_(tracer),
        journal_(journal),
        fault_(fault),
        links_(links),
        process_(std::move(process)),
        all_(std::move(all)),
        shm_limit_(shm_limit),
        sandbox_(sandbox) {}

  Status send_signal(int signal) override {
    const bool is_at_call = fault_.plan->at.kind == InjectionPoint::Kind::syscall;
    if (signal == SIGSTOP && is_at_call && !tracer_.traced())
      return unavailable("a stop at a system call needs ptrace, which is denied here");
    const bool is_for_thread =
        fault_.plan->at.kind == InjectionPoint::Kind::instruction && signal != SIGKILL && signal != SIGSTOP;
    const long sent =
        is_for_thread ? ::syscall(SYS_tgkill, fault_.pid, fault_.tid, signal) : ::kill(fault_.pid, signal);
    if (sent != 0) return system_error("kill");
    signal_sent_ = signal;
    return done();
  }

  Status fail_call(int error) override {
    return tracer_.fail_call(fault_.tid, error, fault_.plan->at.edge == InjectionPoint::Edge::enter);
  }

  Result<Shortened> shorten_call(size_t bytes) override {
    ASSIGN_OR_RETURN(const ShorterTransfer shorter, tracer_.shorten_call(fault_.tid, bytes));
    return Shortened{.asked = shorter.asked,
                     .given = shorter.given,
                     .is_edge_triggered = is_edge_triggered(fault_.pid, descriptor())};
  }

  Result<std::vector<int>> caught_signals() const override { return harness::caught_signals(fault_.pid); }

  Status limit_descriptors() override {
    if (!harness::limit_descriptors(fault_.pid)) return system_error("prlimit");
    return done();
  }

  Status limit_queues() override {
    if (!harness::limit_queues(fault_.pid)) return system_error("prlimit");
    return done();
  }

  Result<std::vector<VictimDescriptor>> find_descriptors(const std::string& object) override {
    std::vector<VictimDescriptor> found;
    for (const OpenDescriptor& open : links_.named(object, process_, all_)) found.push_back(seen(open));
    if (found.empty()) return unavailable("the victim has nothing open that " + object + " names");
    return found;
  }

  std::optional<VictimDescriptor> descriptor_of_call() const override {
    const auto args = fault_.where.find("args");
    const bool is_on_one = fault_.plan->at.kind == InjectionPoint::Kind::syscall &&
                           takes_descriptor(fault_.plan->at.name) && args != fault_.where.end();
    if (!is_on_one) return std::nullopt;
    const auto open = read_descriptor(fault_.pid, static_cast<int>((*args)[0].get<uint64_t>()));
    return open ? std::optional(seen(*open)) : std::nullopt;
  }

  Status close_descriptor(const VictimDescriptor& descriptor) override {
    ASSIGN_OR_RETURN(const int64_t result,
                     tracer_.make_call(fault_.tid, SYS_close, {static_cast<uint64_t>(descriptor.number)}));
    if (result < 0) return system_error("close in the victim", static_cast<int>(-result));
    closed_.push_back(descriptor);
    return done();
  }

  Status shut_down(const VictimDescriptor& descriptor, bool only_sending) override {
    const uint64_t how = only_sending ? SHUT_WR : SHUT_RDWR;
    ASSIGN_OR_RETURN(
        const int64_t result,
        tracer_.make_call(fault_.tid, SYS_shutdown, {static_cast<uint64_t>(descriptor.number), how}));
    if (result < 0) return system_error("shutdown in the victim", static_cast<int>(-result));
    closed_.push_back(descriptor);
    return done();
  }

  Status keep_copy(const VictimDescriptor& descriptor) override {
    Fd copy = copy_descriptor(fault_.pid, descriptor.number);
    if (!copy.is_open()) return system_error("pidfd_getfd");
    copies_.emplace_back(descriptor, std::move(copy));
    return done();
  }

  Result<Room> shrink_room(const VictimDescriptor& descriptor) override {
    const Fd copy = copy_descriptor(fault_.pid, descriptor.number);
    if (!copy.is_open()) return system_error("pidfd_getfd");
    ASSIGN_OR_RETURN(const LinkRoom room, harness::shrink_room(copy, descriptor.kind));
    return Room{.before = room.before, .after = room.after, .is_full = room.is_full};
  }

  Result<std::vector<unsigned char>> write_shared(const std::string& name, uint64_t offset,
                                                  const std::vector<unsigned char>& bytes) override {
    return write_shared_bytes(fault_.pid, name, offset, bytes);
  }

  Result<uint64_t> truncate_shared(const std::string& name, uint64_t size) override {
    return truncate_shared_object(fault_.pid, name, size);
  }

  Result<uint64_t> limit_shared_memory() override { return shm_limit_.set(sandbox_); }

  // What was done to descriptors.
  const std::vector<VictimDescriptor>& closed() const { return closed_; }
  std::vector<std::pair<VictimDescriptor, Fd>> take_copies() { return std::move(copies_); }

  Status fail_probe(int result) override {
    journal_.answer(fault_.pid, result);
    return done();
  }

  // What checkers need to know of any action: whether it can have ended the victim.
  int signal_sent() const { return signal_sent_; }

 private:
  // Of the call at whose entry it stands; every call that moves bytes has it first.
  int descriptor() const { return static_cast<int>(fault_.where.at("args")[0].get<uint64_t>()); }
  static VictimDescriptor seen(const OpenDescriptor& open) {
    return {.number = open.number, .kind = open.kind, .object = open.object};
  }

  Tracer& tracer_;
  RoleJournal& journal_;
  const FaultRun& fault_;
  CaseLinks& links_;
  CaseProcess process_;
  std::vector<CaseProcess> all_;
  ShmLimit& shm_limit_;
  const Sandbox& sandbox_;
  std::vector<VictimDescriptor> closed_;
  std::vector<std::pair<VictimDescriptor, Fd>> copies_;
  int signal_sent_ = 0;
};

nlohmann::json to_data(const VictimDescriptor& descriptor) {
  return {{"number", descriptor.number}, {"object", descriptor.object}};
}

// The fault as it strikes. `argument` is its action's, filled in: of an object's name the last part of its
// path.
Fault with_argument(const Fault& plan, std::string argument) {
  Fault fault = plan;
  if (argument.rfind('/', 0) == 0) argument.erase(0, 1);
  fault.action.argument = std::move(argument);
  return fault;
}

Status Supervisor::act(FaultRun& fault) {
  RoleRun& role = roles_[static_cast<size_t>(fault.role)];
  HeldVictim victim(tracer_, role.files->journal, fault, links_, process_of(fault.pid, fault.role),
                    processes(), shm_limit_, ground_.sandbox);
  nlohmann::json data = fault.where;
  data["fault"] = &fault - faults_.data();
  data["at"] = to_string(fault.plan->at);
  data["nth"] = fault.nth;
  data["hold"] = to_string(fault.plan->hold);
  if (const std::string action = to_string(fault.plan->action); action != fault.plan->action.name)
    data["action"] = action;
  // Stamped before the deed, so that everything that the death lets happen comes after it.
  Event& event = say(EventKind::fault, fault.plan->action.name, fault.role, data);
  event.pid = fault.pid;
  event.tid = fault.tid;
  const size_t event_index = events_.size() - 1;
  auto performed =
      fault.injector->perform(with_argument(*fault.plan, fill(fault.plan->action.argument)), victim);
  if (!performed && performed.error().blame == Blame::unavailable) {
    events_.erase(events_.begin() + static_cast<std::ptrdiff_t>(event_index));
    let_go(fault, performed.error().message);
    return done();
  }
  if (!performed) return Error(performed.error()).in("fault " + to_string(*fault.plan));
  events_[event_index].data["synthetic"] = performed->synthetic;
  if (victim.signal_sent() != 0) events_[event_index].data["signal_sent"] = victim.signal_sent();
  events_[event_index].data.update(performed->details);
  if (!victim.closed().empty()) events_[event_index].data["closed"] = victim.closed().size();
  for (const VictimDescriptor& descriptor : victim.closed())
    say(EventKind::closed, descriptor.kind, fault.role, to_data(descriptor));
  fault.copies = victim.take_copies();
  for (const auto& [descriptor, copy] : fault.copies)
    say(EventKind::kept, descriptor.kind, fault.role, to_data(descriptor));
  progressed_ = true;
  switch (performed->aftermath) {
    case Aftermath::dead:
      fault.state = FaultRun::State::over;
      fault.is_dying = true;
      tracer_.let_die(fault.tid);
      return done();
    case Aftermath::stopped:
      fault.state = FaultRun::State::stopped;
      return done();
    case Aftermath::kept:
    case Aftermath::resumes:
      fault.state = fault.copies.empty() ? FaultRun::State::over : FaultRun::State::keeping;
      if (fault.plan->onwards && ++fault.strikes < kStrikesMax) fault.state = FaultRun::State::waiting;
      // One that sleeps in its call is not held: what wakes it is the action itself.
      if (fault.plan->hold.until != Hold::Until::blocked) tracer_.resume(fault.tid);
      return done();
  }
  return done();
}

void Supervisor::let_go(FaultRun& fault, const std::string& why, nlohmann::json data) {
  const bool was_stopped = fault.state == FaultRun::State::stopped;
  fault.state = FaultRun::State::over;
  say(EventKind::resumed, why, fault.role, std::move(data));
  // Without a tracer it goes on by SIGCONT anyway. A second one could come after its next stop, and undo
  // that.
  if (was_stopped && tracer_.traced()) ::kill(fault.pid, SIGCONT);
  tracer_.resume(fault.tid);
  progressed_ = true;
}

void Supervisor::let_copies_go(FaultRun& fault) {
  fault.state = FaultRun::State::over;
  for (auto& [descriptor, copy] : fault.copies) {
    copy.reset();
    nlohmann::json data = to_data(descriptor);
    data["by_harness"] = true;
    say(EventKind::closed, descriptor.kind, fault.role, std::move(data));
  }
  fault.copies.clear();
  progressed_ = true;
}

// The victim makes its call; it is hit when it sleeps there.
void Supervisor::let_enter(FaultRun& fault) {
  fault.state = FaultRun::State::entering;
  fault.call = *syscall_number(fault.plan->at.name);
  tracer_.watch_return(fault.tid);
  tracer_.resume(fault.tid);
}

// Asleep in the very call, and not run between two looks: then it is blocked there, and not on its way in or
// out.
void Supervisor::watch_entering(FaultRun& fault) {
  const auto thread = read_thread(fault.pid, fault.tid);
  const bool is_asleep = thread && thread->is_blocked() && thread->syscall == fault.call;
  if (is_asleep && thread->switches == fault.switches) {
    fault.state = FaultRun::State::holding;
    fault.hold_is_over = true;
  }
  fault.switches = is_asleep ? thread->switches : 0;
  progressed_ = progressed_ || fault.hold_is_over;
}

// The call that a victim was let into has returned. True when nobody else waits for that.
bool Supervisor::on_return(const Stop& stop) {
  bool is_for_a_fault = false;
  for (FaultRun& fault : faults_) {
    if (fault.tid != stop.tid || fault.plan->hold.until != Hold::Until::blocked || fault.call != stop.call)
      continue;
    if (fault.state == FaultRun::State::entering) {
      fault.state = FaultRun::State::over;
      say(EventKind::resumed, std::string(kReturnedUnblocked), fault.role);
    } else if (fault.state == FaultRun::State::over) {
      const std::string outcome = will_restart(stop.result) ? "was interrupted"
                                  : stop.result < 0
                                      ? "failed with " + errno_name(static_cast<int>(-stop.result))
                                      : "returned " + std::to_string(stop.result);
      say(EventKind::note, "", fault.role,
          {{"text", syscall_name(stop.call) + ", in which the fault struck, " + outcome}});
    }
    fault.call = -1;
    is_for_a_fault = true;
  }
  if (!is_for_a_fault || exits_[static_cast<size_t>(stop.role)].count(stop.call) != 0) return false;
  tracer_.resume(stop.tid);
  return true;
}

// Ended, or held on its way there by a fault at its ending.
bool Supervisor::has_left(const FaultRun& killed) const {
  const bool is_held = std::any_of(faults_.begin(), faults_.end(), [&](const FaultRun& fault) {
    return fault.pid == killed.pid && fault.state == FaultRun::State::holding;
  });
  if (is_held) return true;
  const std::vector<pid_t> threads = threads_of(killed.pid);
  return std::all_of(threads.begin(), threads.end(), [&](pid_t tid) {
    const auto thread = read_thread(killed.pid, tid);
    return !thread || thread->state == 'Z' || thread->state == 'X';
  });
}

// A process that was sent SIGKILL has its descriptors, locks and names until it gets a processor to die on.
// Whoever begins or goes on by order of this case does so after that.
bool Supervisor::is_a_victim_dying() {
  bool is_one_dying = false;
  for (FaultRun& fault : faults_) {
    fault.is_dying = fault.is_dying && !has_left(fault);
    is_one_dying = is_one_dying || fault.is_dying;
  }
  return is_one_dying;
}

Status Supervisor::act_on_due_faults() {
  for (FaultRun& fault : faults_) {
    if (is_a_victim_dying()) return done();
    if (fault.state == FaultRun::State::entering) watch_entering(fault);
    if (fault.state == FaultRun::State::holding && fault.hold_is_over) TRY(act(fault));
    if (fault.state == FaultRun::State::stopped && fault.resume_is_due)
      let_go(fault, to_string(fault.plan->resume));
    if (fault.state == FaultRun::State::keeping && fault.resume_is_due) let_copies_go(fault);
  }
  return done();
}

}  // namespace harness

// Acting on a case: the faults strike, and victims go on.
#include <cerrno>
#include <csignal>

#include "run/supervision.h"

namespace harness {

// The door that an injector has to a held task.
class HeldVictim : public Victim {
 public:
  HeldVictim(Tracer& tracer, RoleJournal& journal, const FaultRun& fault)
      : tracer_(tracer), journal_(journal), fault_(fault) {}

  Status send_signal(int signal) override {
    if (::kill(fault_.pid, signal) != 0) return system_error("kill");
    signal_sent_ = signal;
    return done();
  }

  Status fail_call(int error) override {
    if (!tracer_.traced()) return unavailable("failing a system call needs ptrace, which is denied here");
    return tracer_.fail_call(fault_.tid, error, fault_.plan->at.edge == InjectionPoint::Edge::enter);
  }

  Status fail_probe(int result) override {
    journal_.answer(fault_.pid, result);
    return done();
  }

  // What checkers need to know of any action: whether it can have ended the victim.
  int signal_sent() const { return signal_sent_; }

 private:
  Tracer& tracer_;
  RoleJournal& journal_;
  const FaultRun& fault_;
  int signal_sent_ = 0;
};

Status Supervisor::act(FaultRun& fault) {
  RoleRun& role = roles_[static_cast<size_t>(fault.role)];
  HeldVictim victim(tracer_, role.files->journal, fault);
  nlohmann::json data = fault.where;
  data["fault"] = &fault - faults_.data();
  data["at"] = to_string(fault.plan->at);
  data["nth"] = fault.nth;
  data["hold"] = to_string(fault.plan->hold);
  // Stamped before the deed, so that everything that the death lets happen comes after it.
  Event& event = say(EventKind::fault, fault.plan->action.name, fault.role, data);
  event.pid = fault.pid;
  event.tid = fault.tid;
  const size_t event_index = events_.size() - 1;
  auto performed = fault.injector->perform(*fault.plan, victim);
  if (!performed) return Error(performed.error()).in("fault " + to_string(*fault.plan));
  events_[event_index].data["synthetic"] = performed->synthetic;
  if (victim.signal_sent() != 0) events_[event_index].data["signal_sent"] = victim.signal_sent();
  events_[event_index].data.update(performed->details);
  progressed_ = true;
  switch (performed->aftermath) {
    case Aftermath::dead:
      fault.state = FaultRun::State::over;
      tracer_.let_die(fault.tid);
      return done();
    case Aftermath::stopped:
      fault.state = FaultRun::State::stopped;
      return done();
    case Aftermath::resumes:
      fault.state = FaultRun::State::over;
      tracer_.resume(fault.tid);
      return done();
  }
  return done();
}

void Supervisor::let_go(FaultRun& fault, const std::string& why) {
  const bool was_stopped = fault.state == FaultRun::State::stopped;
  fault.state = FaultRun::State::over;
  say(EventKind::resumed, why, fault.role);
  if (was_stopped) ::kill(fault.pid, SIGCONT);
  tracer_.resume(fault.tid);
  progressed_ = true;
}

Status Supervisor::act_on_due_faults() {
  for (FaultRun& fault : faults_) {
    if (fault.state == FaultRun::State::holding && fault.hold_is_over) TRY(act(fault));
    if (fault.state == FaultRun::State::stopped && fault.resume_is_due)
      let_go(fault, to_string(fault.plan->resume));
  }
  return done();
}

}  // namespace harness

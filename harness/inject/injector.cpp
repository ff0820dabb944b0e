#include "inject/injector.h"

#include "base/suggest.h"

namespace harness {
namespace {

// Of a process that is on its way out only the moment can be chosen at which it is gone.
Status check_ending(const Fault& fault) {
  if (fault.at.kind != InjectionPoint::Kind::ending || fault.action.name == "stop") return done();
  return usage_error("at: ending: " + fault.victim + " is on its way out, and " + to_string(fault.action) +
                     " does nothing more to it; write do: stop, and resume: the moment when it may go");
}

template <typename Property>
bool is_of_kind(const Action& action, Property has_property) {
  for (const Injector* injector : Injectors::instance().all()) {
    for (const ActionKind& kind : injector->actions()) {
      if (kind.name == action.name && has_property(kind)) return true;
    }
  }
  return false;
}

}  // namespace

Result<const Injector*> injector_for(const Fault& fault) {
  std::vector<std::string> known;
  const Injector* found = nullptr;
  Status answer = done();
  for (const Injector* injector : Injectors::instance().all()) {
    for (const ActionKind& kind : injector->actions()) {
      known.push_back(kind.name);
      if (kind.name != fault.action.name || found != nullptr) continue;
      Status said = injector->accepts(fault);
      if (said) found = injector;
      // "That is not my kind of point" says less than what the injector for that kind has against the fault.
      if (!answer && answer.error().blame == Blame::usage && !said) continue;
      answer = std::move(said);
    }
  }
  if (found != nullptr) {
    TRY(check_ending(fault));
    return found;
  }
  if (!answer) return answer.error();
  return usage_error(not_found("action", fault.action.name, known));
}

bool is_on_object(const Action& action) {
  return is_of_kind(action, [](const ActionKind& kind) { return kind.takes_object; });
}

bool needs_tracer(const Action& action) {
  return is_of_kind(action, [](const ActionKind& kind) { return kind.takes_object || kind.needs_tracer; });
}

}  // namespace harness

// sigpipe_handling: a writer whose reader has died learns of it: it neither dies of SIGPIPE without a word
// nor goes on as if somebody read.  { sigpipe_handling: { may_die: [writer] } } for programs that are meant
// to die of it.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"
#include "check/stream.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

bool may_die(const nlohmann::json& options, const std::string& writer) {
  const auto names = options.find("may_die");
  return names != options.end() && std::any_of(names->begin(), names->end(), [&](const auto& name) {
           return names_instance(name.template get<std::string>(), writer);
         });
}

// A peer that has closed a TCP connection may still want what we send: only the answer to the first send
// tells that it does not (tcp(7)). Everywhere else the first one fails.
size_t tolerated(const Case& plan) { return plan.mechanism == "tcp-loopback" ? 1 : 0; }

// The end of the last reader: from the fault that ended it, if one did, to the moment when it was seen to
// have ended. Where in between the kernel closed its link nobody can tell. The same for a fault that only
// took its end of the link away.
struct Death {
  int begin = 0;
  int end = 0;
};

std::optional<Death> loss_of_link(const History& history, const std::vector<std::string>& readers) {
  Death death;
  for (const std::string& reader : readers) {
    const auto closed = std::find_if(history.begin(), history.end(), [&](const Event& event) {
      return event.kind == EventKind::closed && event.role == reader && !event.data.contains("by_harness");
    });
    if (closed == history.end()) return std::nullopt;
    if (closed->index < death.end) continue;
    death.end = closed->index;
    for (const Event& event : history) {
      if (event.kind == EventKind::fault && event.role == reader && event.index < closed->index)
        death.begin = event.index;
    }
  }
  return readers.empty() ? std::nullopt : std::optional(death);
}

std::optional<Death> death_of(const History& history, const std::vector<std::string>& readers) {
  if (const auto lost = loss_of_link(history, readers)) return lost;
  const int end = readers.empty() ? -1 : all_ended_at(history, readers);
  if (end < 0) return std::nullopt;
  Death death{.begin = end, .end = end};
  for (const Event& event : history) {
    const bool is_its_kill = event.kind == EventKind::fault &&
                             event.role == history[static_cast<size_t>(end)].role &&
                             signal_sent(event) == kSigkill;
    if (is_its_kill) death.begin = event.index;
  }
  return death;
}

// What one writer had under way when the last reader died, and what it began when none was left.
struct Aftermath {
  std::vector<const Sending*> under_way;
  std::vector<const Sending*> begun;
};

Aftermath aftermath_of(const Streams& streams, const std::string& writer, const Death& death) {
  Aftermath aftermath;
  for (const Sending& sending : streams.sendings) {
    if (sending.begin->role != writer) continue;
    if (sending.begin->index > death.end) {
      aftermath.begun.push_back(&sending);
    } else if (!sending.answer || sending.answer->index > death.begin) {
      aftermath.under_way.push_back(&sending);
    }
  }
  return aftermath;
}

void judge_death(const History& history, const std::string& writer, Findings& findings) {
  const Event* ended = end_of(history, writer);
  const bool is_sigpipe =
      ended && ended->name == "signal" && signal_name(ended->data.value("signal", 0)) == "SIGPIPE";
  if (!is_sigpipe || was_ended_by_fault(history, writer)) return;
  findings.push_back(failure(
      fmt::format("{} died of SIGPIPE, without a word, when its reader was gone", writer), {ended->index}));
}

void judge_going_on(const Aftermath& aftermath, const std::string& writer, int death, size_t tolerance,
                    Findings& findings) {
  std::vector<int64_t> ids;
  for (const Sending* sending : aftermath.begun) {
    if (sending->is_acknowledged()) ids.push_back(sending->id());
  }
  if (ids.size() <= tolerance) return;
  findings.push_back(
      failure(fmt::format("{} went on as if somebody read: it called {} sent after its reader had died",
                          writer, name_records(ids)),
              {death, aftermath.begun.front()->begin->index}));
}

void judge_waiting(const History& history, const Aftermath& aftermath, const std::string& writer, int death,
                   Findings& findings) {
  const Event* ended = end_of(history, writer);
  if (ended && !is_clean_up(history, *ended)) return;
  for (const auto* sendings : {&aftermath.under_way, &aftermath.begun}) {
    for (const Sending* sending : *sendings) {
      if (sending->answer) continue;
      findings.push_back(
          failure(fmt::format("{} never learnt that its reader had died: it is still sending record {}",
                              writer, sending->id()),
                  {death, sending->begin->index}));
      return;
    }
  }
}

class SigpipeHandling : public Checker {
 public:
  std::string_view id() const override { return "sigpipe_handling"; }
  std::string_view summary() const override {
    return "a writer whose reader has died is told so, and neither dies of SIGPIPE nor goes on";
  }
  bool needs_operations() const override { return true; }

  Status accepts(const nlohmann::json& options) const override {
    if (options.is_null() || options.empty()) return done();
    const bool is_list = options.is_object() && options.size() == 1 && options.contains("may_die") &&
                         is_list_of_names(options.at("may_die"));
    if (is_list) return done();
    return usage_error(
        "sigpipe_handling takes a list of roles, as in { sigpipe_handling: { may_die: [writer] } }");
  }

  std::vector<std::string> roles_in(const nlohmann::json& options) const override {
    return options.value("may_die", std::vector<std::string>{});
  }

  Findings check(const Case& plan, const History& history, const nlohmann::json& options) const override {
    const Streams streams = streams_of(history);
    const std::optional<Death> death = death_of(history, streams.readers);
    Findings findings;
    bool is_anything_judged = false;
    for (const std::string& writer : streams.writers) {
      if (!death) break;
      const Aftermath aftermath = aftermath_of(streams, writer, *death);
      if (aftermath.begun.empty() && aftermath.under_way.empty()) continue;
      is_anything_judged = true;
      if (!may_die(options, writer)) judge_death(history, writer, findings);
      judge_going_on(aftermath, writer, death->end, tolerated(plan), findings);
      judge_waiting(history, aftermath, writer, death->end, findings);
    }
    if (!is_anything_judged)
      return {nothing_to_judge("no writer was sending when or after its reader ended")};
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<SigpipeHandling>()};

}  // namespace
}  // namespace harness

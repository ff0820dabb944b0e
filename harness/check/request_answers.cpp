// request_answers: a client that is told of a request's end is told the truth: answered means served, failed
// means not served, and an answer that has come is read.  { request_answers: { lost_by: ECONNRESET } } says
// by which error a client has to learn that its server is gone.
#include <fmt/format.h>

#include <map>

#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"
#include "check/operations.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

using Findings = std::vector<Finding>;

// What a server told of one request.
struct Service {
  const Event* served = nullptr;
  const Event* answered = nullptr;
};

std::map<int64_t, Service> services(const History& history, Findings& findings) {
  std::map<int64_t, Service> found;
  for (const Event& event : history) {
    if (event.index >= clean_up_begins(history)) break;
    if (event.kind != EventKind::observed) continue;
    if (event.name == "answered") found[event.value(0)].answered = &event;
    if (event.name != "served") continue;
    Service& service = found[event.value(0)];
    if (service.served) {
      findings.push_back(failure(fmt::format("request {} was served twice", event.value(0)),
                                 {service.served->index, event.index}));
    }
    service.served = &event;
  }
  return found;
}

void judge_request(const Operation& request, const Service& service, Findings& findings) {
  if (!request.answer) return;
  const Event& answer = *request.answer;
  if (answer.kind == EventKind::ok && !service.served) {
    findings.push_back(failure(
        fmt::format("{} has an answer to request {}, which nobody served", answer.role, request.object()),
        {answer.index}));
  }
  if (answer.kind == EventKind::ok && answer.value(1) != request.object()) {
    findings.push_back(failure(fmt::format("{} took the answer to request {} for that to request {}",
                                           answer.role, answer.value(1), request.object()),
                               {answer.index}));
  }
  if (answer.kind == EventKind::fail && service.served) {
    findings.push_back(
        failure(fmt::format("{} calls request {} failed, but it was served", answer.role, request.object()),
                {service.served->index, answer.index}));
  }
  if (answer.kind == EventKind::info && service.answered && service.answered->index < answer.index) {
    findings.push_back(failure(fmt::format("the answer to request {} had been sent before {} gave it up",
                                           request.object(), answer.role),
                               {service.answered->index, answer.index}));
  }
}

void judge_losses(const History& history, const std::string& wanted, Findings& findings) {
  for (const Event& event : history) {
    const bool is_loss = event.kind == EventKind::observed && event.name == "lost";
    if (!is_loss || errno_name(event.value(0)) == wanted) continue;
    findings.push_back(failure(
        fmt::format("{} learnt by {} that its server was gone, and should have by {}", event.role,
                    event.value(0) == 0 ? "the end of the stream" : errno_name(event.value(0)), wanted),
        {event.index}));
  }
}

class RequestAnswers : public Checker {
 public:
  std::string_view id() const override { return "request_answers"; }
  std::string_view summary() const override {
    return "answered requests were served, failed ones were not, and an answer that has come is read";
  }
  bool needs_operations() const override { return true; }

  Status accepts(const nlohmann::json& options) const override {
    if (options.is_null() || options.empty()) return done();
    const bool is_known = options.is_object() && options.size() == 1 && options.contains("lost_by") &&
                          options.at("lost_by").is_string();
    if (is_known) return done();
    return usage_error("request_answers takes an errno, as in { request_answers: { lost_by: ECONNRESET } }");
  }

  Findings check(const Case&, const History& history, const nlohmann::json& options) const override {
    Findings findings;
    std::map<int64_t, Service> all = services(history, findings);
    bool is_anything_told = false;
    for (const Operation& request : operations(history, "request")) {
      is_anything_told = is_anything_told || request.answer;
      judge_request(request, all[request.object()], findings);
    }
    if (options.contains("lost_by")) judge_losses(history, options.at("lost_by"), findings);
    if (findings.empty() && !is_anything_told)
      return {nothing_to_judge("no client was told of the end of a request")};
    return unless_operations_lost(history, std::move(findings));
  }
};

const Registration<Checker> registration{std::make_unique<RequestAnswers>()};

}  // namespace
}  // namespace harness

#include "run/worker.h"

#include <sched.h>
#include <unistd.h>

#include <csignal>

#include "core/case.h"
#include "os/abilities.h"
#include "os/network.h"
#include "run/litmus.h"
#include "run/placed_file.h"
#include "run/protocol.h"
#include "run/supervisor.h"
#include "run/workplace.h"

namespace harness {
namespace {

constexpr int kTriedPort = 40000;

// Victim, peers and supervisor on one CPU: a tracer's stop costs 10 us there and 180 us across two
// (measured).
void pin_worker_to(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

std::string_view blame_name(Blame blame) {
  switch (blame) {
    case Blame::usage:
      return "usage";
    case Blame::unavailable:
      return "unavailable";
    case Blame::internal:
      return "internal";
  }
  return "internal";
}

nlohmann::json failure(const std::string& id, const Error& error) {
  return {{"failed", {{"id", id}, {"message", error.message}, {"blame", blame_name(error.blame)}}}};
}

std::string answer_to(const Case& plan, const Result<CaseRun>& run) {
  if (!run) return failure(plan.id, run.error()).dump();
  std::string text = "{\"done\":{\"id\":" + nlohmann::json(plan.id).dump() +
                     ",\"duration_ns\":" + std::to_string(run->duration_ns) + ",\"history\":[";
  for (const Event& event : run->history) {
    if (event.index > 0) text += ',';
    append_json(text, event);
  }
  return text + "]}}";
}

Status place_file(const nlohmann::json& put) {
  ASSIGN_OR_RETURN(const PlacedFile file, placed_file_from(put));
  return place(file);
}

nlohmann::json answer_to_put(const nlohmann::json& put, bool accepts_files) {
  const std::string path = put.at("path");
  const Status placed =
      accepts_files ? place_file(put) : Status(internal_error("this worker accepts no files"));
  if (!placed) return failure(path, placed.error());
  return {{"put", {{"path", path}}}};
}

// A broken CHECK in one case is told to the coordinator, which may be on another machine than our standard
// error.
Result<CaseRun> run_checked(const Case& plan, const Ground& ground, Workplace& workplace, int interrupt) {
  try {
    return run_case(plan, ground, workplace, interrupt);
  } catch (const BrokenCheck& broken) {
    return internal_error(broken.what());
  }
}

// What went wrong here, and not in the case, may have left anything: a /dev/shm without room (ShmLimit), or
// the machine's in place of ours (check_mounts()). No other case is to run on it.
bool is_ground_in_doubt(const Result<CaseRun>& run) { return !run && run.error().blame == Blame::internal; }

// True when the stream is to be served further.
bool serve_line(const std::string& line, const Ground& ground, Workplace& workplace,
                const WorkerOrder& order) {
  const nlohmann::json message = nlohmann::json::parse(line);
  if (const auto put = message.find("put"); put != message.end()) {
    return send_message(order.stream, answer_to_put(*put, order.accepts_files)).ok();
  }
  const Case plan = message.at("case").get<Case>();
  const Result<CaseRun> run = run_checked(plan, ground, workplace, order.stream);
  if (run && run->interrupted) return false;
  const bool is_told = send_line(order.stream, answer_to(plan, run)).ok();
  return is_told && !is_ground_in_doubt(run);
}

// What runs here can show at all, and which defects of other platforms it does not have. Asked before the
// worker keeps to one CPU.
nlohmann::json qualities_of_machine(const WorkerOrder& order) {
  nlohmann::json mended = nlohmann::json::array();
  if (probe_robust_handover().is_there) mended.push_back("MX-22");
  nlohmann::json lacks = nlohmann::json::object();
  for (const Ability& ability : probe_needed_abilities()) {
    if (!ability.is_there) lacks[ability.id] = ability.detail;
  }
  return {{"lacks", std::move(lacks)}, {"litmus", run_litmus(order.litmus)}, {"mended", std::move(mended)}};
}

// Only where the worker has namespaces of its own may it put a role into another one. "" where it can.
std::string why_no_network(const Ground& ground, const WorkerOrder& order) {
  if (order.denied.namespaces) return "private networks, namespaces: " + order.denied.why;
  if (!ground.sandbox.has_pid) return "private networks, since namespaces are denied";
  const auto network = make_network(kTriedPort, kTriedPort);
  return network ? "" : network.error().message;
}

nlohmann::json hello_of(const Ground& ground, const WorkerOrder& order, const nlohmann::json& qualities) {
  nlohmann::json hello = {{"version", kProtocolVersion},
                          {"lost", ground.lost},
                          {"can_trace", ground.can_trace},
                          {"scratch", ground.sandbox.has_mount ? "" : ground.sandbox.scratch}};
  hello.update(qualities);
  if (const std::string why = why_no_network(ground, order); !why.empty())
    hello["lacks"]["private-network"] = why;
  if (!ground.can_trace)
    hello["lacks"]["ptrace"] = "calls and children that are stopped at a point, since ptrace is denied";
  if (order.facts.is_object()) hello.update(order.facts);
  return {{"hello", std::move(hello)}};
}

}  // namespace

int serve(const WorkerOrder& order) {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C is the coordinator's affair; it then closes the stream
  ::signal(SIGTERM, SIG_IGN);
  const nlohmann::json qualities = qualities_of_machine(order);
  pin_worker_to(order.cpu);
  auto ground = prepare_ground(order.denied, order.keep_away);
  if (!ground) {
    const Status told = send_message(
        order.stream, {{"hello", {{"version", kProtocolVersion}, {"error", ground.error().message}}}});
    return told ? 1 : 2;
  }
  bool goes_on = send_message(order.stream, hello_of(*ground, order, qualities)).ok();
  Workplace workplace(ground->sandbox);
  LineReader reader(order.stream);
  while (goes_on && reader.fill()) {
    while (const auto line = goes_on ? reader.next() : std::nullopt)
      goes_on = serve_line(*line, *ground, workplace, order);
  }
  clean_up(*ground);
  return 0;
}

}  // namespace harness

#include "run/worker.h"

#include <sched.h>
#include <unistd.h>

#include <csignal>

#include "core/case.h"
#include "run/protocol.h"
#include "run/supervisor.h"
#include "run/workplace.h"

namespace harness {
namespace {

// Victim, peers and supervisor on one CPU: a tracer's stop costs 10 us there and 180 us across two
// (measured).
void pin_to(int cpu) {
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

std::string answer_to(const Case& plan, const Result<CaseRun>& run) {
  if (run) {
    std::string text = "{\"done\":{\"id\":" + nlohmann::json(plan.id).dump() +
                       ",\"duration_ns\":" + std::to_string(run->duration_ns) + ",\"history\":[";
    for (const Event& event : run->history) {
      if (event.index > 0) text += ',';
      append_json(text, event);
    }
    return text + "]}}";
  }
  const nlohmann::json failed = {
      {"failed",
       {{"id", plan.id}, {"message", run.error().message}, {"blame", blame_name(run.error().blame)}}}};
  return failed.dump();
}

// True when the stream is to be served further.
bool serve_line(const std::string& line, const Ground& ground, Workplace& workplace, int stream) {
  const Case plan = nlohmann::json::parse(line).at("case").get<Case>();
  const Result<CaseRun> run = run_case(plan, ground, workplace, stream);
  if (run && run->interrupted) return false;
  return send_line(stream, answer_to(plan, run)).ok();
}

}  // namespace

int serve(const WorkerOrder& order) {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C is the coordinator's affair; it then closes the stream
  ::signal(SIGTERM, SIG_IGN);
  pin_to(order.cpu);
  auto ground = prepare_ground(order.denied, order.keep_away);
  if (!ground) {
    const Status told = send_message(
        order.stream, {{"hello", {{"version", kProtocolVersion}, {"error", ground.error().message}}}});
    return told ? 1 : 2;
  }
  bool goes_on =
      send_message(order.stream, {{"hello",
                                   {{"version", kProtocolVersion},
                                    {"lost", ground->lost},
                                    {"can_trace", ground->can_trace},
                                    {"scratch", ground->sandbox.has_mount ? "" : ground->sandbox.scratch}}}})
          .ok();
  Workplace workplace(ground->sandbox);
  LineReader reader(order.stream);
  while (goes_on && reader.fill()) {
    while (const auto line = goes_on ? reader.next() : std::nullopt)
      goes_on = serve_line(*line, *ground, workplace, order.stream);
  }
  clean_up(*ground);
  return 0;
}

}  // namespace harness

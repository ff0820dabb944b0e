#include "cli/explored_sweeps.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "os/child.h"
#include "os/fd.h"
#include "os/files.h"
#include "run/exploration.h"

namespace harness {
namespace {

constexpr const char* kItself = "/proc/self/exe";

// A name of a sandbox's own, in which no other run can be.
std::string fill_name(std::string word) {
  constexpr std::string_view kName = "{name}";
  for (size_t at = 0; (at = word.find(kName, at)) != std::string::npos;)
    word.replace(at, kName.size(), "/harness-sweep");
  return word;
}

Status check_sweepable(const Case& planned) {
  const RoleInstance& role = planned.roles.front();
  if (!role.descriptors.empty()) return unavailable(role.name + " is connected with other roles");
  const bool needs_more = std::any_of(role.command.begin(), role.command.end(), [](const std::string& word) {
    return word.find("{tmp}") != std::string::npos;
  });
  if (needs_more) return unavailable(role.name + " needs a directory of its case");
  return done();
}

std::vector<std::string> command_for(const Case& planned, const InjectionPoint& region) {
  const RoleInstance& role = planned.roles.front();
  std::vector<std::string> words = {"sweep", role.command.front(), "--region",
                                    "probe:" + region.name + "..probe:" + region.last, "--"};
  for (size_t i = 1; i < role.command.size(); ++i) words.push_back(fill_name(role.command[i]));
  return words;
}

struct Said {
  int status = 0;
  std::string text;
};

Result<Said> run_harness(const std::vector<std::string>& words) {
  const Fd output(::memfd_create("harness-sweep", MFD_CLOEXEC));
  if (!output.is_open()) return system_error("memfd_create");
  ChildOrder order{.command = {read_link(kItself)}, .output = output.get()};
  order.command.insert(order.command.end(), words.begin(), words.end());
  ASSIGN_OR_RETURN(const pid_t child, start_child(order));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ASSIGN_OR_RETURN(std::string text, read_file("/proc/self/fd/" + std::to_string(output.get())));
  if (!WIFEXITED(status)) return unavailable("the sweep ended by " + how_it_ended(status));
  return Said{WEXITSTATUS(status), std::move(text)};
}

std::string as_line(const std::vector<std::string>& words) {
  std::string line = "harness";
  for (const std::string& word : words) line += " '" + word + "'";
  return line;
}

}  // namespace

Result<ExploredSweep> sweep_first_role(const Case& planned, const InjectionPoint& region) {
  TRY(check_sweepable(planned));
  const std::vector<std::string> words = command_for(planned, region);
  std::vector<std::string> as_json = words;
  as_json.insert(as_json.begin() + 2, "--json");
  ASSIGN_OR_RETURN(const Said said, run_harness(as_json));
  const auto told = nlohmann::json::parse(said.text, nullptr, false);
  if (!told.is_object()) return unavailable(said.text.substr(0, said.text.find('\n')));
  if (told.value("locks", nlohmann::json::array()).empty())
    return unavailable("no lock lies in the memory that it shares with others");
  ExploredSweep swept{.plan = planned};
  Case& plan = swept.plan;
  plan.mode = kSweepMode;
  plan.faults.clear();
  plan.roles.resize(1);
  plan.checkers = {{.name = "states_recover"}};
  plan.id = planned.scenario + "/" + planned.target + "/" + planned.variant + "/" + plan.roles.front().name +
            "@" + to_string(region) + "=sweep";
  plan.replay = as_line(words);
  swept.history = {{.kind = EventKind::swept, .data = told}};
  swept.history.front().role = plan.roles.front().name;
  return swept;
}

}  // namespace harness

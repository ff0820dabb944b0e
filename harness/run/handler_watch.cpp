#include "run/handler_watch.h"

#include <algorithm>
#include <filesystem>

#include "os/files.h"
#include "os/program.h"
#include "run/fiu_preload.h"

namespace harness {
namespace {

std::string library_beside(const std::string& probe_library) {
  const auto path = std::filesystem::path(probe_library).parent_path() / "libharness-signal-safety.so";
  return !probe_library.empty() && exists(path.string()) ? path.string() : "";
}

// A script is run by an interpreter, which is a program of this machine.
bool takes_libraries(const Program& program) {
  return !program.is_elf || (!program.libraries.empty() && program.architecture == own_architecture());
}

bool has_it_linked_in(const Program& program) {
  return std::count(program.modes.begin(), program.modes.end(), kHandlers) != 0;
}

}  // namespace

bool watches_handlers(const Case& plan) {
  return std::count(plan.watches.begin(), plan.watches.end(), kHandlers) != 0;
}

bool records_without_tracer(const Case& plan) {
  return std::all_of(plan.watches.begin(), plan.watches.end(),
                     [](const std::string& what) { return what == kHandlers; });
}

Status watch_handlers(Case& made, const std::string& probe_library) {
  const std::string library = library_beside(probe_library);
  if (!watches_handlers(made)) return done();
  for (RoleInstance& role : made.roles) {
    ASSIGN_OR_RETURN(const std::string path, find_program(role.command.front(), made.directory));
    ASSIGN_OR_RETURN(const Program program, inspect_program(path));
    if (has_it_linked_in(program)) continue;
    if (library.empty() || !takes_libraries(program)) {
      made.needs.emplace_back(kHandlersUnseen);
      continue;
    }
    std::string& preloaded = role.environment["LD_PRELOAD"];
    preloaded = after_runtime(program, preloaded.empty() ? library : preloaded + " " + library);
  }
  return done();
}

}  // namespace harness

// harness: the program. Finds the command, runs it, turns what went wrong into one line and an exit status.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "base/suggest.h"
#include "cli/command.h"

namespace harness {
namespace {

constexpr const char* kFooter =
    "Exit status: 0 all as expected, 1 a surprise, 2 inconclusive, 64 wrong usage or scenario,\n"
    "70 the harness's own fault, 77 nothing could run here, 128+n ended by signal n.";

int complain(const std::string& message, int status) {
  std::fprintf(stderr, "harness: %s\n", message.c_str());
  return status;
}

// A full disk is not to be found out by who reads half a report.
int output_is_lost() {
  return complain("standard output cannot be written: is its disk full, or its reader gone?", kInternal);
}

int usage_error_of(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  std::vector<std::string> known;
  for (const auto& command : Commands::instance().all()) {
    if (command->parent().empty()) known.emplace_back(command->id());
  }
  const bool is_unknown_word =
      argc > 1 && argv[1][0] != '-' && std::find(known.begin(), known.end(), argv[1]) == known.end();
  if (is_unknown_word) return complain(not_found("command", argv[1], known), kUsage);
  return complain(std::string(error.what()) + "; see harness --help", kUsage);
}

// Histories are built and thrown away by the thousand: keep the memory instead of giving it back and faulting
// it in again.
void keep_freed_memory() {
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
}

int run(int argc, char** argv) {
  keep_freed_memory();
  CLI::App app("Breaks IPC programs at chosen moments and proves that the survivors do what they promise.",
               "harness");
  app.set_version_flag("--version", "harness " HARNESS_VERSION);
  app.footer(kFooter);
  app.require_subcommand(1);
  std::map<const CLI::App*, Command*> commands;
  const auto add = [&](CLI::App& to, Command& command) {
    CLI::App* sub = to.add_subcommand(std::string(command.id()), std::string(command.summary()));
    if (command.is_hidden()) sub->group("");
    command.add_options(*sub);
    commands[sub] = &command;
  };
  for (const auto& command : Commands::instance().all()) {
    if (command->parent().empty()) add(app, *command);
  }
  for (const auto& command : Commands::instance().all()) {
    if (!command->parent().empty()) add(*app.get_subcommand(std::string(command->parent())), *command);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error_of(app, error, argc, argv);
  }
  const CLI::App* chosen = app.get_subcommands().front();
  if (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
  const Result<int> status = commands.at(chosen)->run();
  if (status) return *status;
  return complain(status.error().message, exit_status_of(status.error()));
}

}  // namespace
}  // namespace harness

int main(int argc, char** argv) {
  try {
    const int own = static_cast<int>(std::find(argv, argv + argc, std::string("--")) - argv);
    if (own < argc) harness::set_own_arguments({argv + own + 1, argv + argc});
    argc = own;
    const int status = harness::run(argc, argv);
    std::cout.flush();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good()) return status;
    return harness::output_is_lost();
  } catch (const std::exception& error) {
    if (std::ferror(stdout) != 0) return harness::output_is_lost();
    std::fprintf(stderr, "harness: internal error: %s\n", error.what());
    return harness::kInternal;
  }
}

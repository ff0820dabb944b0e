// Command: one word after `harness`, or a second one after that. Each is a file that registers itself.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/registry.h"
#include "base/result.h"

namespace harness {

// The exit statuses that scripts rely on (README). 128+n after signal n.
enum ExitStatus {
  kAsExpected = 0,
  kSurprise = 1,
  kInconclusive = 2,
  kUsage = 64,
  kInternal = 70,
  kNothingRan = 77,
};

ExitStatus exit_status_of(const Error& error);

class Command {
 public:
  virtual ~Command() = default;

  virtual std::string_view id() const = 0;
  virtual std::string_view summary() const = 0;
  virtual bool is_hidden() const { return false; }

  // The command that it is a word of, as in `harness report merge`; "" for a command of its own.
  virtual std::string_view parent() const { return ""; }

  // Adds the command's own options and arguments.
  virtual void add_options(CLI::App& app) = 0;

  // Does it, after the options have been parsed. An error is printed by the caller and becomes the exit
  // status.
  virtual Result<int> run() = 0;
};

// What stands after `--` on the command line: arguments for the user's own program.
const std::vector<std::string>& own_arguments();
void set_own_arguments(std::vector<std::string> words);

// Commands change while they run (their options), so unlike other parts they are handed out to be modified.
class Commands {
 public:
  static Commands& instance();
  void add(std::unique_ptr<Command> command);
  const std::vector<std::unique_ptr<Command>>& all() const { return commands_; }

 private:
  std::vector<std::unique_ptr<Command>> commands_;
};

struct CommandRegistration {
  explicit CommandRegistration(std::unique_ptr<Command> command) {
    Commands::instance().add(std::move(command));
  }
};

}  // namespace harness

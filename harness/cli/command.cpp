#include "cli/command.h"

#include <algorithm>

namespace harness {

ExitStatus exit_status_of(const Error& error) {
  switch (error.blame) {
    case Blame::usage:
      return kUsage;
    case Blame::unavailable:
      return kNothingRan;
    case Blame::internal:
      return kInternal;
  }
  return kInternal;
}

namespace {
std::vector<std::string>& words_after_dashes() {
  static std::vector<std::string> words;
  return words;
}
}  // namespace

const std::vector<std::string>& own_arguments() { return words_after_dashes(); }
void set_own_arguments(std::vector<std::string> words) { words_after_dashes() = std::move(words); }

Commands& Commands::instance() {
  static Commands commands;
  return commands;
}

void Commands::add(std::unique_ptr<Command> command) {
  commands_.push_back(std::move(command));
  std::sort(commands_.begin(), commands_.end(),
            [](const auto& a, const auto& b) { return a->id() < b->id(); });
}

}  // namespace harness

// harness completion: the words that a shell offers at TAB.
#include <fmt/format.h>

#include "base/suggest.h"
#include "cli/command.h"

namespace harness {
namespace {

// Names are asked for when TAB is pressed, so that new scenarios are offered at once.
constexpr const char* kBash = R"sh(# source <(harness completion bash)
_harness() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
  case $before in
    --target) COMPREPLY=($(compgen -W "$("${{COMP_WORDS[0]}}" list targets --names 2>/dev/null)" -- "$word")); return;;
    --format) COMPREPLY=($(compgen -W "$("${{COMP_WORDS[0]}}" list formats --names 2>/dev/null)" -- "$word")); return;;
    --out|--subject) COMPREPLY=($(compgen -f -- "$word")); return;;
    --without) COMPREPLY=($(compgen -W "namespaces ptrace" -- "$word")); return;;
  esac
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W "{commands}" -- "$word"))
  elif [ "${{word:0:1}}" = - ]; then
    COMPREPLY=($(compgen -W "$("${{COMP_WORDS[0]}}" "$command" --help 2>/dev/null | grep -o -- '--[a-z-]*')" -- "$word"))
  else
    case $command in
      run|plan|show) COMPREPLY=($(compgen -W "$("${{COMP_WORDS[0]}}" list --names 2>/dev/null)" -f -- "$word"));;
      list) COMPREPLY=($(compgen -W "scenarios subjects checkers actions targets formats" -- "$word"));;
      *) COMPREPLY=($(compgen -f -- "$word"));;
    esac
  fi
}}
complete -F _harness harness
)sh";

constexpr const char* kZsh =
    "# source <(harness completion zsh)\nautoload -U +X bashcompinit && bashcompinit\n";

class CompletionCommand : public Command {
 public:
  std::string_view id() const override { return "completion"; }
  std::string_view summary() const override {
    return "a script for your shell: source <(harness completion bash)";
  }
  void add_options(CLI::App& app) override {
    app.add_option("shell", shell_, "bash or zsh")->capture_default_str();
  }

  Result<int> run() override {
    if (shell_ != "bash" && shell_ != "zsh") return usage_error(not_found("shell", shell_, {"bash", "zsh"}));
    std::string commands;
    for (const auto& command : Commands::instance().all()) {
      if (!command->is_hidden() && command->parent().empty())
        commands += (commands.empty() ? "" : " ") + std::string(command->id());
    }
    if (shell_ == "zsh") fmt::print("{}", kZsh);
    fmt::print(fmt::runtime(kBash), fmt::arg("commands", commands));
    return kAsExpected;
  }

 private:
  std::string shell_ = "bash";
};

const CommandRegistration registration{std::make_unique<CompletionCommand>()};

}  // namespace
}  // namespace harness

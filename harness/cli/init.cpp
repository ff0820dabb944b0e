// harness init: a first scenario of one's own, with two small programs, to change into what one has.
#include <fmt/format.h>

#include <filesystem>

#include "cli/command.h"
#include "cli/init_files.h"
#include "record/checked_file.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

class InitCommand : public Command {
 public:
  std::string_view id() const override { return "init"; }
  std::string_view summary() const override {
    return "a first scenario of your own, with two small programs in C and C++";
  }

  void add_options(CLI::App& app) override {
    app.add_option("folder", folder_, "where to write them (default: here); nothing is overwritten");
  }

  Result<int> run() override {
    for (const InitFile& file : kInitFiles) {
      const fs::path path = fs::path(folder_) / file.name;
      std::error_code code;
      if (fs::exists(fs::symlink_status(path, code)))
        return usage_error(path.string() + " is there already and stays as it is; name another folder");
    }
    std::error_code code;
    fs::create_directories(folder_, code);
    if (code) return usage_error("cannot make the folder " + folder_ + ": " + code.message());
    for (const InitFile& file : kInitFiles) {
      const std::string path = (fs::path(folder_) / file.name).string();
      TRY(write_whole_file(path, file.text));
      fmt::print("{}\n", path);
    }
    fmt::print("next: cd {} && make && harness run scenario.yaml\n", folder_);
    return kAsExpected;
  }

 private:
  std::string folder_ = ".";
};

const CommandRegistration registration{std::make_unique<InitCommand>()};

}  // namespace
}  // namespace harness

#include "target/provisions.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "os/program.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

std::string absolute(const std::string& path) {
  std::error_code error;
  return fs::absolute(path, error).lexically_normal().string();
}

bool is_regular_file(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

// What follows a `=` as well: --config=/some/file.
std::vector<std::string> readings_of(const std::string& word) {
  const size_t equals = word.find('=');
  if (equals == std::string::npos) return {word};
  return {word, word.substr(equals + 1)};
}

// The file that a word means to a process that is started in `directory`, or "".
std::string file_meant(const std::string& word, const std::string& directory) {
  for (const std::string& reading : readings_of(word)) {
    if (reading.empty() || reading.find('{') != std::string::npos) continue;
    if (reading[0] != '/' && directory.empty()) continue;
    const std::string path = absolute(reading[0] == '/' ? reading : directory + "/" + reading);
    if (is_regular_file(path) && is_own_file(path)) return path;
  }
  return "";
}

// Other libraries are those of the system, which the other machine has of its own.
void add_libraries_beside(const std::string& path, std::set<std::string>& files) {
  const auto program = inspect_program(path);
  if (!program || program->libraries.empty()) return;
  const fs::path folder = fs::path(path).parent_path();
  for (const std::string& library : program->libraries) {
    for (const fs::path& place : {folder / library, folder / "lib" / library, folder / "../lib" / library}) {
      const std::string found = absolute(place.string());
      if (!is_regular_file(found) || !is_own_file(found) || !files.insert(found).second) continue;
      add_libraries_beside(found, files);
    }
  }
}

}  // namespace

bool is_own_file(const std::string& path) {
  const std::string_view systems[] = {"/etc",  "/usr", "/bin",  "/sbin", "/lib", "/lib64",
                                      "/boot", "/dev", "/proc", "/sys",  "/run"};
  return std::none_of(std::begin(systems), std::end(systems), [&](std::string_view system) {
    const bool is_below = path.rfind(std::string(system) + "/", 0) == 0;
    return is_below && path.rfind("/usr/local/", 0) != 0;
  });
}

Result<std::vector<std::string>> provisions_of(const Case& plan, const std::set<std::string>& there) {
  std::set<std::string> files;
  const auto add = [&](const std::string& path) {
    return there.count(path) == 0 && files.insert(path).second;
  };
  for (const RoleInstance& role : plan.roles) {
    auto program = find_program(role.command.front(), plan.directory);
    if (!program) return Error(program.error()).in("role " + role.name);
    if (add(absolute(*program))) add_libraries_beside(absolute(*program), files);
    std::vector<std::string> words(role.command.begin() + 1, role.command.end());
    for (const auto& [key, value] : role.environment) words.push_back(value);
    for (const std::string& word : words) {
      if (const std::string file = file_meant(word, plan.directory); !file.empty()) add(file);
    }
  }
  return std::vector<std::string>(files.begin(), files.end());
}

Result<Case> fitted_elsewhere(const Case& plan, double time_factor) {
  Case fitted = plan;
  for (RoleInstance& role : fitted.roles) {
    ASSIGN_OR_RETURN(const std::string program, find_program(role.command.front(), plan.directory));
    role.command.front() = absolute(program);
  }
  if (!plan.directory.empty()) fitted.directory = absolute(plan.directory);
  fitted.deadline_ms = static_cast<int>(std::ceil(plan.deadline_ms * std::max(1.0, time_factor)));
  return fitted;
}

}  // namespace harness

#include "run/catalogue.h"

#include <fnmatch.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/suggest.h"
#include "os/files.h"
#include "run/scenario_file.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> folders_in(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The nearest folder at or above `start` that has `name` in it.
fs::path find_upwards(fs::path start, const std::string& name) {
  for (; !start.empty(); start = start.parent_path()) {
    if (fs::is_directory(start / name)) return start / name;
    if (start == start.root_path()) break;
  }
  return {};
}

std::string from_environment(const char* key) {
  const char* value = std::getenv(key);
  return value != nullptr ? value : "";
}

bool has_wildcard(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

}  // namespace

Catalogue Catalogue::find() {
  const fs::path here = fs::path(read_link("/proc/self/exe")).parent_path();
  std::string scenarios = from_environment("HARNESS_SCENARIOS");
  std::string subjects = from_environment("HARNESS_SUBJECTS");
  if (scenarios.empty()) {
    const fs::path installed = here / "../share/harness/scenarios";
    scenarios = fs::is_directory(installed) ? installed.lexically_normal() : find_upwards(here, "scenarios");
  }
  if (subjects.empty()) {
    const fs::path installed = here / "../libexec/harness/subjects";
    subjects = fs::is_directory(installed) ? installed.lexically_normal() : here / "subjects";
  }
  return {scenarios, subjects};
}

Catalogue Catalogue::find(const std::string& build, const std::string& made_by) {
  Catalogue own = find();
  if (build.empty()) return own;
  const fs::path here = fs::path(read_link("/proc/self/exe")).parent_path();
  const fs::path installed = here / "../libexec/harness" / build / "subjects";
  const fs::path beside = here.parent_path() / build / "subjects";
  return {own.scenarios_, (fs::is_directory(installed) ? installed : beside).lexically_normal().string(),
          made_by};
}

std::vector<std::string> Catalogue::scenario_names() const {
  std::vector<std::string> names;
  for (const std::string& name : folders_in(scenarios_)) {
    if (fs::exists(fs::path(scenarios_) / name / "scenario.yaml")) names.push_back(name);
  }
  return names;
}

Result<std::string> Catalogue::scenario_file(const std::string& name_or_path) const {
  const fs::path shipped = fs::path(scenarios_) / name_or_path / "scenario.yaml";
  if (name_or_path.find('/') == std::string::npos && fs::exists(shipped)) return shipped.string();
  const fs::path path(name_or_path);
  if (fs::is_directory(path) && fs::exists(path / "scenario.yaml")) return (path / "scenario.yaml").string();
  if (fs::is_regular_file(path)) return name_or_path;
  if (fs::is_directory(path)) return usage_error("folder " + name_or_path + " has no scenario.yaml in it");
  if (path.extension() == ".yaml" || path.extension() == ".yml" ||
      name_or_path.find('/') != std::string::npos) {
    return usage_error("scenario file " + name_or_path + " does not exist; check the path");
  }
  return usage_error(not_found("scenario", name_or_path, scenario_names()));
}

Result<std::vector<std::string>> Catalogue::expand(const std::string& pattern) const {
  if (!has_wildcard(pattern)) return std::vector<std::string>{pattern};
  std::vector<std::string> matching;
  for (const std::string& name : scenario_names()) {
    if (::fnmatch(pattern.c_str(), name.c_str(), 0) == 0) matching.push_back(name);
  }
  if (matching.empty()) return usage_error("no scenario matches \"" + pattern + "\"; see harness list");
  return matching;
}

std::vector<std::string> Catalogue::subject_names() const { return folders_in(subjects_); }

Status Catalogue::add_programs(const std::string& subject, std::vector<Variant>& found) const {
  const fs::path folder = fs::path(subjects_) / subject;
  if (!fs::is_directory(folder)) {
    const std::vector<std::string> known = subject_names();
    if (known.empty())
      return unavailable("no subject is built in " + subjects_ + "; build them first: " + made_by_);
    return usage_error(not_found("subject", subject, known));
  }
  for (const std::string& kind : folders_in(folder)) {
    if (kind == "model") continue;  // programs of their own, for a variant each (run/model_mode.h)
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder / kind, error)) {
      if (!entry.is_regular_file()) continue;
      found.push_back(
          {entry.path().filename().string(), entry.path().string(), kind == "mutants", kind == "others"});
    }
  }
  return done();
}

Result<std::vector<Variant>> Catalogue::variants(const std::string& subject) const {
  std::vector<Variant> found;
  TRY(add_programs(subject, found));
  if (const std::string file = subject_file(subject); !file.empty()) {
    ASSIGN_OR_RETURN(const SubjectFile described, read_subject_file(file));
    for (const std::string& folder : described.shares) TRY(add_programs(folder, found));
  }
  std::sort(found.begin(), found.end(), [](const Variant& a, const Variant& b) { return a.name < b.name; });
  return found;
}

std::string Catalogue::variant_not_found(const std::string& name,
                                         const std::vector<std::string>& known) const {
  if (!known.empty()) return not_found("variant", name, known);
  return "variant \"" + name + "\" is not built, nor is any other of its subject; build them: " + made_by_;
}

std::string Catalogue::subject_file(const std::string& subject) const {
  const fs::path file = fs::path(subjects_) / subject / "subject.yaml";
  return fs::exists(file) ? file.string() : "";
}

std::string Catalogue::probe_library() const {
  const fs::path library = fs::path(subjects_).parent_path() / "libharness-probe.so";
  return fs::exists(library) ? library.lexically_normal().string() : "";
}

}  // namespace harness

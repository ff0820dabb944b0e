// Catalogue: what is there to run: scenarios, subjects and their variants, found by looking into folders.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

struct Variant {
  std::string name;
  std::string program;   // path of its executable
  bool mutant = false;   // it lies in mutants/
  bool foreign = false;  // it lies in others/
};

class Catalogue {
 public:
  // Finds the scenarios and the built subjects from the place of this program: a build tree, or an
  // installation. HARNESS_SCENARIOS and HARNESS_SUBJECTS override.
  static Catalogue find();

  // The same with another build of the subjects: a folder beside this build (build/arm64 beside
  // build/native), or a folder of that name in an installation. `made_by` is the command that makes it.
  static Catalogue find(const std::string& build, const std::string& made_by);

  Catalogue(std::string scenarios, std::string subjects, std::string made_by = "ci/quickstart")
      : scenarios_(std::move(scenarios)), subjects_(std::move(subjects)), made_by_(std::move(made_by)) {}

  // The names of all shipped scenarios, in order.
  std::vector<std::string> scenario_names() const;

  // The file of a scenario by its name, or by the path of a .yaml file or of a folder that holds
  // scenario.yaml. Errors: not found, with "did you mean".
  Result<std::string> scenario_file(const std::string& name_or_path) const;

  // The names that a glob such as 'crash-*' stands for; the word itself when it has no wildcard.
  Result<std::vector<std::string>> expand(const std::string& pattern) const;

  std::vector<std::string> subject_names() const;

  // The variants of a subject, by name, with those of the folders that its file names. Error: no such
  // subject, or it is not built.
  Result<std::vector<Variant>> variants(const std::string& subject) const;

  // What is wrong when no variant of these has that name: "did you mean", or that none is built, and by what.
  std::string variant_not_found(const std::string& name, const std::vector<std::string>& known) const;

  // The file that says how a subject's roles are connected, or "" when it has none.
  std::string subject_file(const std::string& subject) const;

  // The library that is preloaded into a program that calls fiu_fail() but does not link our probes; "" when
  // not built.
  std::string probe_library() const;

  const std::string& scenarios_directory() const { return scenarios_; }
  const std::string& subjects_directory() const { return subjects_; }

 private:
  Status add_programs(const std::string& subject, std::vector<Variant>& found) const;

  std::string scenarios_;
  std::string subjects_;
  std::string made_by_;
};

}  // namespace harness

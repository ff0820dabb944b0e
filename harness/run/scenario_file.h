// Reads a scenario.yaml into a Scenario. Every complaint says file:line:column, what was found, and the mend.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "core/scenario.h"

namespace harness {

// subjects/<id>/subject.yaml: what every scenario on a subject need not repeat: what it needs of the machine,
// where its roles meet, its links, and which ends of them its roles are started with.
struct SubjectFile {
  std::vector<std::string> shares;  // other folders whose programs are its own as well
  std::string address;              // what {address} stands for
  std::vector<std::string> args;    // that every role gets after those of the scenario
  std::vector<std::string> needs;
  Links links;
  std::map<std::string, std::map<int, std::string>> descriptors;  // by role
};
Result<SubjectFile> read_subject_file(const std::string& path);

Result<Scenario> read_scenario(const std::string& path);

// The same from text; `path` is only named in errors and gives the scenario its name.
Result<Scenario> parse_scenario(const std::string& text, const std::string& path);

}  // namespace harness

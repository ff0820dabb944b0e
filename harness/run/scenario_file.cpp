#include "run/scenario_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

#include "base/suggest.h"
#include "core/mistake.h"
#include "os/abilities.h"
#include "os/files.h"
#include "run/scenario_faults.h"
#include "run/yaml_reader.h"

namespace harness {
namespace {

constexpr size_t kLongestName = 100;

// Roles have folders of their names, and ids are made of them.
bool is_file_name(const std::string& name) {
  const bool has_marks = std::any_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) == 0 && c != '_' && c != '-' && c != '.';
  });
  return !name.empty() && name.size() <= kLongestName && name.front() != '.' && !has_marks;
}

constexpr const char* kClassOfNone =
    "class is of a mutant's mistake: beside { fail: CHECKER } without because, or { not_shown: WHY }; leave "
    "it "
    "out here";

// Reads a scenario's file, or a subject's.
class Reader : YamlReader {
 public:
  Reader(const YAML::Node& root, const std::string& path) : YamlReader(path), root_(root), path_(path) {}

  Scenario read() {
    Scenario scenario;
    const std::filesystem::path file(path_);
    scenario.file = path_;
    const std::filesystem::path folder = std::filesystem::absolute(file).lexically_normal().parent_path();
    scenario.directory = folder.string();
    scenario.name = file.filename() == "scenario.yaml" ? folder.filename().string() : file.stem().string();
    if (!root_.IsMap())
      complain(root_, "a scenario is a mapping of keys to values; see reports/schemas/scenario.schema.json");
    only_keys(
        root_, "scenario",
        {"summary", "mechanism", "subject", "over", "covers", "needs", "programs", "tags", "links", "network",
         "modes", "roles", "variants", "faults", "checkers", "explore", "expect", "deadline_ms"});
    scenario.summary = text(need(root_, "summary"), "summary");
    if (const YAML::Node node = root_["mechanism"]) scenario.mechanism = mechanism(node);
    if (const YAML::Node node = root_["subject"]) subjects(node, scenario);
    if (const YAML::Node node = root_["over"]) scenario.over = text(node, "an address");
    if (const YAML::Node node = root_["covers"]) scenario.covers = texts(node, "covers");
    if (const YAML::Node node = root_["needs"]) scenario.needs = read_needs(node);
    if (const YAML::Node node = root_["programs"]) scenario.programs = read_programs(node);
    if (const YAML::Node node = root_["links"]) scenario.links = read_links(node);
    if (const YAML::Node node = root_["network"]) scenario.network = read_network(node);
    if (const YAML::Node node = root_["tags"]) scenario.tags = texts(node, "tags");
    if (const YAML::Node node = root_["modes"]) {
      read_words(node, "modes", "mode", {"processes"});
      scenario.is_for_processes = true;
    }
    if (const YAML::Node node = root_["deadline_ms"]) scenario.deadline_ms = positive(node, "deadline_ms");
    roles(need(root_, "roles"), scenario);
    if (const YAML::Node node = root_["variants"]) variants(node, scenario);
    if (const YAML::Node node = root_["faults"]) read_faults(*this, node, scenario);
    if (scenario.faults.empty()) scenario.faults.push_back({});
    scenario.checkers = checkers(need(root_, "checkers"));
    if (const YAML::Node node = root_["explore"]) read_explore(node, scenario);
    if (const YAML::Node node = root_["expect"]) expectations(node, scenario);
    return scenario;
  }

  // subject.yaml: what every scenario on a subject need not repeat.
  SubjectFile read_subject() const {
    if (!root_.IsMap()) complain(root_, "a subject's file is a mapping of keys to values");
    only_keys(root_, "subject", {"shares", "address", "args", "needs", "links", "roles", "modes", "linked"});
    SubjectFile subject;
    if (const YAML::Node node = root_["modes"]) read_words(node, "modes", "mode", {"threads"});
    if (const YAML::Node node = root_["linked"])
      read_words(node, "linked", "part", {"signal-safety", "slots"});
    if (const YAML::Node node = root_["shares"]) subject.shares = texts(node, "shares");
    if (const YAML::Node node = root_["address"]) subject.address = text(node, "an address");
    if (const YAML::Node node = root_["args"]) subject.args = texts(node, "args");
    if (const YAML::Node node = root_["needs"]) subject.needs = read_needs(node);
    if (const YAML::Node node = root_["links"]) subject.links = read_links(node);
    if (!root_["roles"]) return subject;
    for (const auto& entry : root_["roles"]) {
      only_keys(entry.second, "role", {"fds"});
      subject.descriptors[entry.first.Scalar()] = read_descriptors(need(entry.second, "fds"));
    }
    return subject;
  }

 private:
  void read_explore(const YAML::Node& node, Scenario& scenario) const {
    only_keys(node, "explore", {"checkers", "instructions"});
    if (node["checkers"]) scenario.explore_checkers = checkers(node["checkers"]);
    if (!node["instructions"]) {
      (void)need(node, "checkers");
      return;
    }
    const YAML::Node how = node["instructions"];
    only_keys(how, "instructions", {"region", "victims", "start"});
    InstructionsToExplore instructions;
    const YAML::Node region = need(how, "region");
    instructions.region = parsed(region, parse_point("insn:" + text(region, "a region, FROM..TO")));
    if (how["victims"]) instructions.victims = texts(how["victims"], "victims");
    for (const std::string& victim : instructions.victims)
      check_role(*this, how["victims"], victim, scenario);
    Scenario starts{.roles = scenario.roles};
    if (how["start"]) read_faults(*this, how["start"], starts);
    instructions.start = std::move(starts.faults);
    scenario.instructions = std::move(instructions);
  }

  std::string mechanism(const YAML::Node& node) const {
    const std::string id = text(node, "mechanism");
    const auto& ids = mechanism_ids();
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) complain(node, not_found("mechanism", id, ids));
    return id;
  }

  // A subject's `threads`, `signal-safety` and `slots` are what CMakeLists.txt links for; the program then
  // says itself what it can do.
  void read_words(const YAML::Node& list, const std::string& key, const std::string& kind,
                  const std::vector<std::string>& known) const {
    (void)texts(list, key);
    for (const YAML::Node& item : list) {
      if (std::count(known.begin(), known.end(), item.Scalar()) == 0)
        complain(item, not_found(kind, item.Scalar(), known));
    }
  }

  // One, or a list: then each is a mechanism of its own.
  void subjects(const YAML::Node& node, Scenario& scenario) const {
    if (node.IsScalar()) {
      scenario.subject = text(node, "subject");
      return;
    }
    scenario.subjects = texts(node, "subject");
    if (scenario.subjects.empty()) complain(node, "subject names none");
    if (root_["mechanism"])
      complain(root_["mechanism"], "mechanism is each subject's own where there are several; leave it out");
    const auto& ids = mechanism_ids();
    for (const YAML::Node& item : node) {
      if (std::find(ids.begin(), ids.end(), item.Scalar()) == ids.end())
        complain(item, not_found("mechanism", item.Scalar(), ids));
    }
    scenario.subject = scenario.subjects.front();
  }

  std::vector<std::string> read_needs(const YAML::Node& list) const {
    std::vector<std::string> needs = texts(list, "needs");
    const std::vector<std::string> known = needed_abilities();
    for (const YAML::Node& item : list) {
      if (std::find(known.begin(), known.end(), item.Scalar()) == known.end())
        complain(item, not_found("ability", item.Scalar(), known));
    }
    return needs;
  }

  PrivateNetwork read_network(const YAML::Node& node) const {
    if (node.IsScalar() && node.Scalar() == "private") return {};
    if (!node.IsMap()) complain(node, "write private, or { ports: [first, last] }");
    only_keys(node, "network", {"ports"});
    const YAML::Node ports = need(node, "ports");
    if (!ports.IsSequence() || ports.size() != 2) complain(ports, "ports must be [first, last]");
    const PrivateNetwork network{positive(ports[0], "a port"), positive(ports[1], "a port")};
    const bool is_range = network.first_port <= network.last_port && network.last_port <= 65535;
    if (!is_range) complain(ports, "ports must go upwards, to at most 65535");
    return network;
  }

  Programs read_programs(const YAML::Node& map) const {
    if (!map.IsMap()) complain(map, "programs must be a mapping of programs to the packages that have them");
    Programs programs;
    for (const auto& entry : map) programs[entry.first.Scalar()] = text(entry.second, "the package");
    return programs;
  }

  // By variant: which roles have which other commands.
  void variants(const YAML::Node& map, Scenario& scenario) const {
    if (!map.IsMap()) complain(map, "variants must be a mapping of names to the roles that they change");
    for (const auto& variant : map) {
      RoleCommands& commands = scenario.variants[variant.first.Scalar()];
      if (!variant.second.IsMap()) complain(variant.second, "a variant is a mapping of roles to commands");
      for (const auto& entry : variant.second) {
        check_role(*this, entry.first, entry.first.Scalar(), scenario);
        commands[entry.first.Scalar()] = texts(entry.second, "a command");
        if (commands[entry.first.Scalar()].empty()) complain(entry.second, "command must name a program");
      }
    }
  }

  Links read_links(const YAML::Node& map) const {
    if (!map.IsMap()) complain(map, "links must be a mapping of names to kinds");
    Links links;
    for (const auto& entry : map) {
      const std::string kind = text(entry.second, "the kind of a link");
      if (link_ends(kind).empty()) complain(entry.second, not_found("kind of link", kind, link_kinds()));
      links[entry.first.Scalar()] = kind;
    }
    return links;
  }

  std::map<int, std::string> read_descriptors(const YAML::Node& map) const {
    if (!map.IsMap()) complain(map, "fds must be a mapping of numbers to ends of links, as in 3: data.write");
    std::map<int, std::string> descriptors;
    for (const auto& entry : map) {
      int number = -1;
      if (!YAML::convert<int>::decode(entry.first, number) || number < 0 || number > 63)
        complain(entry.first, "a descriptor must be a number from 0 to 63");
      descriptors[number] = text(entry.second, "the end of a link");
    }
    return descriptors;
  }

  void roles(const YAML::Node& map, Scenario& scenario) const {
    if (!map.IsMap() || map.size() == 0)
      complain(map, "roles must be a mapping of names to roles, and not empty");
    for (const auto& entry : map) {
      Role role = read_role(entry.first.Scalar(), entry.second);
      if (scenario.subject.empty() && role.command.empty()) {
        complain(entry.second, "role " + role.name + " needs a command, since the scenario has no subject");
      }
      for (const Role& other : scenario.roles) {
        if (other.name == role.name) complain(entry.first, "role " + role.name + " stands here twice");
      }
      scenario.roles.push_back(std::move(role));
    }
  }

  Role read_role(const std::string& name, const YAML::Node& node) const {
    only_keys(node, "role", {"args", "command", "env", "count", "ready", "fds"});
    Role role{.name = name, .place = place_of(node)};
    if (!is_file_name(name))
      complain(node, "role name \"" + name +
                         "\" is not understood; write letters, digits, _, - and . only, at most " +
                         std::to_string(kLongestName) + ", and no . in front");
    if (role_of(name) != name)
      complain(node, "role name \"" + name + "\" ends in a number, which is how instances are named");
    if (node["args"]) role.args = texts(node["args"], "args");
    if (node["command"]) role.command = texts(node["command"], "command");
    if (node["args"] && node["command"])
      complain(node, "role " + name + " has both args (of a subject) and a command");
    if (node["command"] && role.command.empty()) complain(node["command"], "command must name a program");
    if (node["count"]) role.count = positive(node["count"], "count");
    if (node["env"]) {
      if (!node["env"].IsMap()) complain(node["env"], "env must be a mapping of names to texts");
      for (const auto& entry : node["env"]) role.environment[entry.first.Scalar()] = entry.second.Scalar();
    }
    if (node["ready"]) role.ready = read_ready(node["ready"]);
    if (node["fds"]) role.descriptors = read_descriptors(node["fds"]);
    return role;
  }

  Ready read_ready(const YAML::Node& node) const {
    Ready ready;
    if (node.IsScalar() && node.Scalar() == "end") {
      ready.at_end = true;
      return ready;
    }
    only_keys(node, "ready", {"stdout", "path", "at", "arrival"});
    if (node["stdout"]) ready.stdout_text = text(node["stdout"], "stdout");
    if (node["path"]) ready.path = text(node["path"], "path");
    if (node["at"]) ready.point = parsed(node["at"], parse_point(text(node["at"], "at")));
    if (node["arrival"]) ready.nth = read_arrival(*this, node["arrival"]);
    if (!ready.is_given()) complain(node, "ready needs stdout, path or at; or write ready: end");
    return ready;
  }

  std::vector<CheckerUse> checkers(const YAML::Node& list) const {
    if (!list.IsSequence() || list.size() == 0) complain(list, "checkers must be a list, and not empty");
    std::vector<CheckerUse> uses;
    for (const YAML::Node& item : list) {
      if (item.IsScalar()) {
        uses.push_back({.name = item.Scalar(), .place = place_of(item)});
      } else if (item.IsMap() && item.size() == 1) {
        uses.push_back({item.begin()->first.Scalar(), to_json(item.begin()->second), place_of(item)});
      } else {
        complain(item, "a checker is a name, or { name: { options } }");
      }
    }
    return uses;
  }

  nlohmann::json to_json(const YAML::Node& node) const {
    if (node.IsMap()) {
      nlohmann::json json = nlohmann::json::object();
      for (const auto& entry : node) json[entry.first.Scalar()] = to_json(entry.second);
      return json;
    }
    if (node.IsSequence()) {
      nlohmann::json json = nlohmann::json::array();
      for (const YAML::Node& item : node) json.push_back(to_json(item));
      return json;
    }
    if (long number = 0; node.Tag() != "!" && YAML::convert<long>::decode(node, number)) return number;
    if (bool flag = false; node.Tag() != "!" && YAML::convert<bool>::decode(node, flag)) return flag;
    return node.Scalar();
  }

  void expectations(const YAML::Node& map, Scenario& scenario) const {
    if (!map.IsMap()) complain(map, "expect must be a mapping of variants to what is expected");
    for (const auto& entry : map) {
      Expectation expectation = read_expectation(entry.second, scenario);
      expectation.place = place_of(entry.first);
      scenario.expect.emplace_back(entry.first.Scalar(), std::move(expectation));
    }
  }

  Expectation read_expectation(const YAML::Node& node, const Scenario& scenario) const {
    if (node.IsScalar() && node.Scalar() == "pass") return {};
    if (!node.IsMap())
      complain(node, "write pass, { fail: CHECKER }, { platform: DEFECT } or { not_shown: WHY }");
    only_keys(node, "expect", {"fail", "platform", "because", "not_shown", "class", "elsewhere"});
    Expectation expectation;
    if (node["because"]) expectation.because = text(node["because"], "because");
    if (node["fail"]) {
      expectation.outcome = Expectation::Outcome::fail;
      expectation.checker = text(node["fail"], "fail");
      std::vector<std::string> known;
      for (const CheckerUse& use : scenario.checkers) known.push_back(use.name);
      if (std::find(known.begin(), known.end(), expectation.checker) == known.end()) {
        complain(node["fail"], not_found("checker of this scenario", expectation.checker, known));
      }
    } else if (node["platform"]) {
      expectation.outcome = Expectation::Outcome::platform;
      expectation.defect = text(node["platform"], "platform");
    } else if (node["not_shown"]) {
      expectation.outcome = Expectation::Outcome::not_shown;
      expectation.because = text(node["not_shown"], "not_shown");
    } else if (node["class"]) {
      complain(node["class"], kClassOfNone);
    } else {
      complain(node, "write pass, { fail: CHECKER }, { platform: DEFECT } or { not_shown: WHY }");
    }
    if (node["class"]) expectation.mistake = read_class(node["class"], expectation);
    if (node["elsewhere"]) read_elsewhere(node["elsewhere"], scenario, expectation);
    return expectation;
  }

  // The class of a planted mistake. Of a correct variant it would count as a mistake that nobody caught.
  std::string read_class(const YAML::Node& node, const Expectation& expectation) const {
    if (!is_planted(expectation)) complain(node, kClassOfNone);
    const std::string id = text(node, "class");
    const std::vector<std::string> known = mistake_class_ids();
    if (std::find(known.begin(), known.end(), id) == known.end())
      complain(node, not_found("class of mistake", id, known));
    return id;
  }

  // By target: what is expected there in its stead. The mistake is the same on all of them.
  void read_elsewhere(const YAML::Node& map, const Scenario& scenario, Expectation& expectation) const {
    if (!map.IsMap()) complain(map, "elsewhere must be a mapping of targets to what is expected there");
    for (const auto& entry : map) {
      if (entry.second.IsMap() && entry.second["class"])
        complain(entry.second["class"], "class stands in the expectation itself, once");
      Expectation there = read_expectation(entry.second, scenario);
      if (!there.elsewhere.empty())
        complain(entry.second, "elsewhere stands in the expectation itself, once");
      there.target = entry.first.Scalar();
      there.place = place_of(entry.first);
      there.mistake = expectation.mistake;
      expectation.elsewhere.push_back(std::move(there));
    }
  }

  YAML::Node root_;
  std::string path_;
};

// What `read` makes of the text, or why it is not what it should be.
template <typename Read>
auto read_yaml(const std::string& text, const std::string& path, const Read& read)
    -> Result<decltype(read(Reader(YAML::Node(), path)))> {
  try {
    return read(Reader(YAML::Load(text), path));
  } catch (const YamlReader::Complaint& complaint) {
    return usage_error(complaint.message);
  } catch (const YAML::Exception& error) {
    return usage_error(path + ":" + std::to_string(error.mark.line + 1) + ":" +
                       std::to_string(error.mark.column + 1) + ": not valid YAML: " + error.msg);
  }
}

}  // namespace

Result<Scenario> parse_scenario(const std::string& text, const std::string& path) {
  return read_yaml(text, path, [](Reader reader) { return reader.read(); });
}

Result<SubjectFile> read_subject_file(const std::string& path) {
  auto text = read_file(path);
  if (!text) return usage_error("subject file " + text.error().message);
  return read_yaml(*text, path, [](const Reader& reader) { return reader.read_subject(); });
}

Result<Scenario> read_scenario(const std::string& path) {
  auto text = read_file(path);
  if (!text) return usage_error("scenario file " + text.error().message);
  return parse_scenario(*text, path);
}

}  // namespace harness

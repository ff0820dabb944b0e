#include "run/gate_policy.h"

#include <algorithm>
#include <charconv>

#include "base/day.h"
#include "os/files.h"
#include "run/yaml_reader.h"

namespace harness {
namespace {

// A whole number in all of the text.
std::optional<int> number_in(std::string_view text) {
  int value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

class PolicyReader : public YamlReader {
 public:
  explicit PolicyReader(std::string path) : YamlReader(std::move(path)) {}

  GatePolicy read(const YAML::Node& root) const {
    if (!root.IsMap())
      complain(root, "a gate policy is a mapping with require, minimum, allow_skips or quarantine");
    only_keys(root, "policy", {"require", "minimum", "allow_skips", "quarantine"});
    GatePolicy policy;
    if (root["require"]) read_required(root["require"], policy);
    if (root["minimum"]) read_minimum(root["minimum"], policy);
    for (const YAML::Node& entry : list(root["allow_skips"], "allow_skips"))
      policy.skips.push_back(read_skip(entry));
    for (const YAML::Node& entry : list(root["quarantine"], "quarantine"))
      policy.quarantine.push_back(read_quarantine(entry));
    return policy;
  }

 private:
  std::vector<YAML::Node> list(const YAML::Node& node, const std::string& what) const {
    if (!node) return {};
    if (!node.IsSequence()) complain(node, what + " must be a list");
    return {node.begin(), node.end()};
  }

  void read_required(const YAML::Node& map, GatePolicy& policy) const {
    only_keys(map, "require", {"scenarios", "targets"});
    policy.scenarios = wanted(map["scenarios"], "scenarios");
    policy.targets = wanted(map["targets"], "targets");
  }

  std::vector<Wanted> wanted(const YAML::Node& node, const std::string& what) const {
    std::vector<Wanted> all;
    for (const YAML::Node& item : list(node, what))
      all.push_back({.name = text(item, "each of " + what), .place = place_of(item)});
    return all;
  }

  void read_minimum(const YAML::Node& map, GatePolicy& policy) const {
    only_keys(map, "minimum", {"cases", "checks", "claims", "points", "mutants"});
    policy.cases = floor_at(map, "cases", false);
    policy.checks = floor_at(map, "checks", false);
    policy.claims = floor_at(map, "claims", true);
    policy.points = floor_at(map, "points", true);
    policy.mutants = floor_at(map, "mutants", true);
  }

  std::optional<Floor> floor_at(const YAML::Node& map, const std::string& key, bool may_be_percent) const {
    const YAML::Node node = map[key];
    if (!node) return std::nullopt;
    std::string words = text(node, key);
    const bool is_percent = words.back() == '%';
    if (is_percent) words.pop_back();
    const auto value = number_in(words);
    const bool is_sound = value && *value >= 1 && (!is_percent || (*value <= 100 && may_be_percent));
    if (!is_sound)
      complain(node, key + " must be a whole number of at least 1" +
                         (may_be_percent ? ", or a share such as 95%" : "") + ", not " + node.Scalar());
    return Floor{.least = *value, .is_percent = is_percent, .place = place_of(node)};
  }

  AllowedSkip read_skip(const YAML::Node& map) const {
    only_keys(map, "allow_skips", {"skip", "because"});
    return {.skip = text(need(map, "skip"), "skip"),
            .because = text(need(map, "because"), "because"),
            .place = place_of(map)};
  }

  Quarantine read_quarantine(const YAML::Node& map) const {
    only_keys(map, "quarantine", {"cases", "until", "because"});
    Quarantine entry{.cases = text(need(map, "cases"), "cases"),
                     .until = text(need(map, "until"), "until"),
                     .because = text(need(map, "because"), "because"),
                     .place = place_of(map)};
    if (!is_day(entry.until))
      complain(map["until"], "until must be a day such as 2027-01-31, not " + entry.until);
    return entry;
  }
};

}  // namespace

std::string to_string(const Floor& floor) {
  return std::to_string(floor.least) + (floor.is_percent ? "%" : "");
}

Result<GatePolicy> parse_gate_policy(const std::string& text, const std::string& path) {
  try {
    return PolicyReader(path).read(YAML::Load(text));
  } catch (const YamlReader::Complaint& complaint) {
    return usage_error(complaint.message);
  } catch (const YAML::Exception& error) {
    return usage_error(path + ":" + std::to_string(error.mark.line + 1) + ":" +
                       std::to_string(error.mark.column + 1) + ": not valid YAML: " + error.msg);
  }
}

Result<GatePolicy> read_gate_policy(const std::string& path) {
  auto text = read_file(path);
  if (!text) return usage_error("gate policy " + text.error().message);
  return parse_gate_policy(*text, path);
}

}  // namespace harness

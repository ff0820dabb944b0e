#include "run/yaml_reader.h"

#include <algorithm>
#include <set>

#include "base/suggest.h"

namespace harness {

void YamlReader::complain(const YAML::Node& node, const std::string& what) const {
  throw Complaint{place_of(node) + ": " + what};
}

// An empty document has no place of its own: its beginning.
std::string YamlReader::place_of(const YAML::Node& node) const {
  const YAML::Mark mark = node.Mark();
  const bool is_somewhere = mark.line >= 0 && mark.column >= 0;
  return path_ + ":" + std::to_string(is_somewhere ? mark.line + 1 : 1) + ":" +
         std::to_string(is_somewhere ? mark.column + 1 : 1);
}

YAML::Node YamlReader::need(const YAML::Node& map, const std::string& key) const {
  const YAML::Node node = map[key];
  if (!node) complain(map, "the key \"" + key + "\" is missing");
  return node;
}

void YamlReader::only_keys(const YAML::Node& map, const std::string& what,
                           const std::vector<std::string>& known) const {
  if (!map.IsMap()) complain(map, what + " must be a mapping, { key: value }");
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = entry.first.Scalar();
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      complain(entry.first, not_found(what + " key", key, known));
    }
    if (!seen.insert(key).second) complain(entry.first, "the key \"" + key + "\" stands here twice");
  }
}

std::string YamlReader::text(const YAML::Node& node, const std::string& what) const {
  if (!node.IsScalar() || node.Scalar().empty()) complain(node, what + " must be a text");
  return node.Scalar();
}

std::vector<std::string> YamlReader::texts(const YAML::Node& node, const std::string& what) const {
  if (!node.IsSequence()) complain(node, what + " must be a list, [a, b]");
  std::vector<std::string> result;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) complain(item, what + " must be a list of texts");
    result.push_back(item.Scalar());
  }
  return result;
}

int YamlReader::positive(const YAML::Node& node, const std::string& what) const {
  int value = 0;
  if (!node.IsScalar() || !YAML::convert<int>::decode(node, value) || value < 1) {
    complain(node, what + " must be a whole number of at least 1");
  }
  return value;
}

}  // namespace harness

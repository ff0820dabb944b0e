// What a reader of a YAML file asks of its nodes. Each complaint says where in the file it is.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace harness {

class YamlReader {
 public:
  // Carries a usage error out of nested reading. Whoever begins to read catches it.
  struct Complaint {
    std::string message;
  };

  explicit YamlReader(std::string path) : path_(std::move(path)) {}

  [[noreturn]] void complain(const YAML::Node& node, const std::string& what) const;

  // PATH:LINE:COLUMN.
  std::string place_of(const YAML::Node& node) const;

  YAML::Node need(const YAML::Node& map, const std::string& key) const;
  void only_keys(const YAML::Node& map, const std::string& what, const std::vector<std::string>& known) const;

  std::string text(const YAML::Node& node, const std::string& what) const;
  std::vector<std::string> texts(const YAML::Node& node, const std::string& what) const;
  int positive(const YAML::Node& node, const std::string& what) const;

  template <typename T>
  T parsed(const YAML::Node& node, Result<T> result) const {
    if (!result) complain(node, result.error().message);
    return *result;
  }

 private:
  std::string path_;
};

}  // namespace harness

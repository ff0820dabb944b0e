#include "run/placeholders.h"

#include "base/suggest.h"

namespace harness {

std::string filled(std::string text, const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [key, value] : values) {
    for (size_t at = 0; (at = text.find(key, at)) != std::string::npos; at += value.size()) {
      text.replace(at, key.size(), value);
    }
  }
  return text;
}

Status check_placeholders(const std::vector<std::string>& words) {
  const std::vector<std::string> known = {"{tmp}",      "{name}",         "{instance}", "{index}",
                                          "{count}",    "{participants}", "{address}",  "{seed}",
                                          "{scenario}", "{program}",      "{reports}"};
  for (const std::string& word : words) {
    for (size_t open = word.find('{'); open != std::string::npos; open = word.find('{', open + 1)) {
      const std::string braces = word.substr(open, word.find('}', open) - open + 1);
      for (const std::string& name : known) {
        if (edit_distance(braces, name) == 1) return usage_error(not_found("placeholder", braces, known));
      }
    }
  }
  return done();
}

}  // namespace harness

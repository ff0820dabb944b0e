#include "sweep/region.h"

namespace harness {
namespace {

constexpr std::string_view kProbe = "probe:";
constexpr std::string_view kBetween = "..";

CodePlace parse_place(const std::string& text) {
  if (text.starts_with(kProbe)) return {text.substr(kProbe.size()), true};
  return {text, false};
}

std::string to_string(const CodePlace& place) {
  return (place.is_probe ? std::string(kProbe) : "") + place.name;
}

}  // namespace

Result<Region> parse_region(const std::string& text) {
  const size_t between = text.find(kBetween);
  Region region;
  if (between != std::string::npos) {
    region = {parse_place(text.substr(0, between)), parse_place(text.substr(between + kBetween.size()))};
  }
  if (region.from.name.empty() || region.to.name.empty()) {
    return usage_error("region \"" + text +
                       "\" has no two ends; write FROM..TO, each a function or probe:NAME, as in "
                       "pthread_mutex_lock..pthread_mutex_unlock");
  }
  return region;
}

std::string to_string(const Region& region) {
  return to_string(region.from) + std::string(kBetween) + to_string(region.to);
}

}  // namespace harness

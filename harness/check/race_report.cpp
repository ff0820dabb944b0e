#include "check/race_report.h"

#include <cxxabi.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <sstream>

namespace harness {
namespace {

// ./../../subjects/ring/mutants/../ring.h:12 names the build's folder; people look for subjects/ring/ring.h.
std::string tidy_line(const std::string& file) {
  std::string path = std::filesystem::path(file).lexically_normal().string();
  while (path.rfind("../", 0) == 0) path.erase(0, 3);
  return path;
}

// Without the words that templates and arguments add: _ZN8shm_ring4SideI…E4takeEv is shm_ring::Side<…>::take.
std::string plain_name(const std::string& mangled) {
  if (mangled.rfind("_Z", 0) != 0) return mangled;
  int status = 0;
  char* whole = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
  const std::string name = status == 0 && whole != nullptr ? whole : mangled;
  std::free(whole);
  std::string kept;
  int depth = 0;
  for (const char letter : name) {
    if (letter == '(' && depth == 0) break;
    if (letter == '<') ++depth;
    if (depth == 0) kept += letter;
    if (letter == '>') --depth;
  }
  const size_t space = kept.rfind(' ');  // behind what a template's function returns
  return space == std::string::npos ? kept : kept.substr(space + 1);
}

// "    #0 take ./../../subjects/shm-ring/spsc.h:189 (spsc+0xc108)", or without lines "    #0
// (/a/spsc+0xc108)".
std::string frame_in(const std::string& line) {
  static const std::regex with_line(R"( +#\d+ (.+) (\S+:\d+) \(.*\))");
  static const std::regex without(R"( +#\d+ (.*))");
  std::smatch match;
  if (std::regex_match(line, match, with_line)) {
    const std::string place = tidy_line(match[2]);
    const bool is_own = place.find("harness/probe/race/") != std::string::npos;
    return is_own ? "" : plain_name(match[1]) + " at " + place;
  }
  return std::regex_match(line, match, without) ? match[1].str() : "";
}

bool read_side(const std::string& line, RaceReport::Side& side) {
  static const std::regex form(
      R"(  (?:before it, )?((?:atomic )?(?:read|write)) of (\d+) bytes by process (\d+) .*)");
  std::smatch match;
  if (!std::regex_match(line, match, form)) return false;
  side.access = match[1];
  side.bytes = std::atoi(match[2].str().c_str());
  side.pid = std::atoi(match[3].str().c_str());
  return true;
}

}  // namespace

SanitizerReport RaceReport::in_short() const {
  return {.sanitizer = "HarnessRace",
          .kind = "data race",
          .place = later.stack.empty() ? place : later.stack.front()};
}

std::vector<RaceReport> race_reports(std::string_view text) {
  static const std::string begin = "WARNING: HarnessRace: data race at ";
  static const std::string missing = "  missing order: ";
  std::vector<RaceReport> reports;
  if (text.find(begin) == std::string_view::npos) return reports;
  std::istringstream lines{std::string(text)};
  RaceReport now;
  RaceReport::Side* side = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (const size_t at = line.find(begin); at != std::string::npos) {
      now = {.place = line.substr(at + begin.size())};
      side = nullptr;
    } else if (line.rfind("    #", 0) == 0) {
      const std::string frame = frame_in(line);
      if (side != nullptr && !frame.empty()) side->stack.push_back(frame);
    } else if (line.rfind(missing, 0) == 0) {
      now.missing_order = line.substr(missing.size());
    } else if (line.rfind("SUMMARY: HarnessRace", 0) == 0) {
      if (!now.missing_order.empty()) reports.push_back(now);
      now = {};
    } else {
      RaceReport::Side& next = now.later.pid == 0 ? now.later : now.earlier;
      if (read_side(line, next)) side = &next;
    }
  }
  return reports;
}

std::string end_of_watch(std::string_view text) {
  static const std::string sign = "HarnessRace CHECK failed: ";
  const size_t at = text.find(sign);
  if (at == std::string_view::npos) return "";
  const size_t begin = at + sign.size();
  return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

}  // namespace harness

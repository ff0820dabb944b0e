#include "check/sanitizer_report.h"

#include <filesystem>
#include <regex>
#include <sstream>
#include <utility>

namespace harness {
namespace {

constexpr const char* kUndefined = "UndefinedBehaviorSanitizer";

// A file of the runtimes, GCC's and Clang's.
bool is_own(const std::string& place) {
  return place.find("libsanitizer") != std::string::npos || place.find("compiler-rt") != std::string::npos;
}

// The place of a frame that lies in the program's code, or "":
//     #1 0x55d3 in make_copy subjects/pipe/copy.h:12
//     #0 count ../x.cpp:7 (race+0x1234)
std::string place_of_frame(const std::string& line) {
  static const std::regex frame(
      R"( +#\d+ (?:0x[0-9a-f]+ in )?.* ((?:[^ ]*/)?[^ /]+:\d+(?::\d+)?)(?: \(.*\))?)");
  std::smatch match;
  if (!std::regex_match(line, match, frame) || is_own(match[1])) return "";
  return tidy_place(match[1]);
}

// SUMMARY: ThreadSanitizer: data race ../x.cpp:7 in count
// SUMMARY: AddressSanitizer: 7 byte(s) leaked in 1 allocation(s).
SanitizerReport from_summary(const std::string& sanitizer, const std::string& rest) {
  static const std::regex with_place(R"((.*?) ((?:[^ ]*/)?[^ /]+:\d+(?::\d+)?(?: in .*)?|\(.*\) in .*))");
  std::smatch match;
  if (std::regex_match(rest, match, with_place))
    return {.sanitizer = sanitizer, .kind = match[1], .place = tidy_place(match[2])};
  return {.sanitizer = sanitizer, .kind = rest};
}

}  // namespace

std::string tidy_place(const std::string& place) {
  const size_t end = place.find_first_of(" :");
  std::string path = std::filesystem::path(place.substr(0, end)).lexically_normal().string();
  while (path.rfind("../", 0) == 0) path.erase(0, 3);
  return end == std::string::npos ? path : path + place.substr(end);
}

std::vector<SanitizerReport> sanitizer_reports(std::string_view text) {
  static const std::regex summary(R"(SUMMARY: (\w+Sanitizer): (.*))");
  static const std::regex undefined(R"((.*:\d+:\d+): runtime error: (.*))");
  static const std::regex own_failure(
      R"(.*?(?:(\w+Sanitizer):? CHECK failed: (.*)|FATAL: (\w+Sanitizer): (.*)|)"
      R"((\w+Sanitizer) (has encountered a fatal error.*)))");
  static const std::regex slot_line("shared slot: (.*)");  // before the report that it belongs to
  if (text.find("Sanitizer") == std::string_view::npos &&
      text.find("runtime error: ") == std::string_view::npos)
    return {};
  std::vector<SanitizerReport> reports;
  std::istringstream lines{std::string(text)};
  std::string line;
  std::smatch match;
  std::string slot;
  std::string program_at;  // the first frame of the report's first stack that is the program's
  while (std::getline(lines, line)) {
    const bool begins =
        line.find("ERROR: ") != std::string::npos || line.find("WARNING: ") != std::string::npos;
    if (begins) program_at.clear();
    if (program_at.empty()) program_at = place_of_frame(line);
    if (std::regex_match(line, match, own_failure)) {
      for (const int group : {1, 3, 5}) {
        if (match[group].matched)
          return {{.sanitizer = match[group], .kind = match[group + 1], .is_own_failure = true}};
      }
    }
    if (std::regex_match(line, match, slot_line)) slot = match[1];
    if (std::regex_match(line, match, undefined))
      reports.push_back({.sanitizer = kUndefined, .kind = match[2], .place = tidy_place(match[1])});
    // Clang's UBSan ends with a summary too, of what its line has said.
    if (std::regex_search(line, match, summary) && match[1] != kUndefined) {
      reports.push_back(from_summary(match[1], match[2]));
      reports.back().slot = std::exchange(slot, "");
      std::string& place = reports.back().place;
      if (place.empty() || is_own(place)) place = program_at;
    }
  }
  return reports;
}

}  // namespace harness

#include "check/sanitizer_report.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <regex>
#include <utility>

namespace harness {
namespace {

constexpr const char* kUndefined = "UndefinedBehaviorSanitizer";
constexpr size_t kLineRead = 4096;  // bytes of a line: std::regex recurses once for each

// A file of the runtimes, GCC's and Clang's.
bool is_own(const std::string& place) {
  return place.find("libsanitizer") != std::string::npos || place.find("compiler-rt") != std::string::npos;
}

// The place of a frame that lies in the program's code, or "":
//     #1 0x55d3 in make_copy subjects/pipe/copy.h:12
//     #0 count ../x.cpp:7 (race+0x1234)
std::string place_of_frame(const std::string& line) {
  if (line.find(" #") == std::string::npos) return "";
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

// Where what names the kind ends in a report's first line:
//     heap-use-after-free on address 0x602000000010 at pc 0x55
//     data race (pid=3)
std::string kind_in_head(const std::string& rest) {
  static const std::regex detail(R"( on (?:unknown )?address\b| on 0x| \(pid=| \(pc |: |:$)");
  std::smatch match;
  const std::string kind = std::regex_search(rest, match, detail) ? match.prefix().str() : rest;
  return kind.empty() ? "a mistake that is not named" : kind;
}

// The line in which a runtime breaks off for a reason of its own.
std::optional<SanitizerReport> own_failure_in(const std::string& line) {
  static const std::regex own_failure(
      R"(.*?(?:(\w+Sanitizer):? CHECK failed: (.*)|FATAL: (\w+Sanitizer):? (.*)|)"
      R"((\w+Sanitizer) (has encountered a fatal error.*)|ERROR: (\w+Sanitizer) (failed to .*)|)"
      R"((\w+Sanitizer): (.*)\. Dying\b.*|(\w+Sanitizer): (nested bug in the same thread).*))");
  std::smatch match;
  if (!std::regex_match(line, match, own_failure)) return std::nullopt;
  size_t group = 1;
  while (!match[group].matched) group += 2;
  return SanitizerReport{.sanitizer = match[group], .kind = match[group + 1], .is_own_failure = true};
}

// Reads what a process wrote, line by line. A report begins with an ERROR or a WARNING and ends with a
// SUMMARY, which names no process: where those of several mix, it ends the last that has begun.
class Reader {
 public:
  void read(const std::string& line, bool is_whole) {
    if (line.find("Sanitizer") != std::string::npos) {
      own_failure_ = own_failure_in(line);
      if (has_broken_off()) return;
      read_head(line);
      read_summary(line, is_whole);
    }
    read_undefined(line, is_whole);
    read_slot(line);
    read_frame(line);
  }

  bool has_broken_off() const { return own_failure_.has_value(); }

  // The runtime that broke off comes last, behind what it had told before.
  std::vector<SanitizerReport> take_reports() {
    for (SanitizerReport& begun : begun_) {
      begun.is_cut_off = true;
      reports_.push_back(std::move(begun));
    }
    begun_.clear();
    if (own_failure_) reports_.push_back(*own_failure_);
    return std::move(reports_);
  }

 private:
  void read_head(const std::string& line) {
    static const std::regex head(
        R"(.*\b(?:ERROR|WARNING): ((?:(?:HW)?Address|Thread|Leak|Memory|UndefinedBehavior)Sanitizer)(?:: ?(.*))?)");
    std::smatch match;
    if (!std::regex_match(line, match, head)) return;
    if (line.find("Allocator allocation overflow") != std::string::npos) return;  // malloc(3) just failed
    begun_.push_back(
        {.sanitizer = match[1], .kind = kind_in_head(match[2]), .slot = std::exchange(slot_, "")});
  }

  // SUMMARY: ThreadSanitizer: data race ../x.cpp:7 in count
  void read_summary(const std::string& line, bool is_whole) {
    static const std::regex summary(R"(SUMMARY: (\w+Sanitizer): (.*))");
    std::smatch match;
    if (!std::regex_search(line, match, summary)) return;
    // Clang's UBSan sums up what its one line has said as well.
    if (match[1] == kUndefined && (begun_.empty() || begun_.back().sanitizer != kUndefined)) return;
    if (!is_whole && !begun_.empty()) return;
    reports_.push_back(from_summary(match[1], match[2]));
    SanitizerReport& report = reports_.back();
    report.slot = std::exchange(slot_, "");
    if (begun_.empty()) return;
    if (report.place.empty() || is_own(report.place)) report.place = begun_.back().place;
    if (report.slot.empty()) report.slot = begun_.back().slot;
    begun_.pop_back();
  }

  // One line says all.
  void read_undefined(const std::string& line, bool is_whole) {
    static const std::regex undefined(R"((.*:\d+:\d+|<unknown>): runtime error: ?(.*))");
    std::smatch match;
    if (line.find("runtime error:") == std::string::npos || !std::regex_match(line, match, undefined)) return;
    reports_.push_back({.sanitizer = kUndefined,
                        .kind = match[2].length() == 0 ? kind_in_head("") : match[2].str(),
                        .place = tidy_place(match[1]),
                        .is_cut_off = !is_whole});
  }

  // Before the report that it belongs to.
  void read_slot(const std::string& line) {
    static constexpr std::string_view sign = "shared slot: ";
    if (line.rfind(sign, 0) == 0) slot_ = line.substr(sign.size());
  }

  // The first of the program's in the report's first stacks.
  void read_frame(const std::string& line) {
    if (!begun_.empty() && begun_.back().place.empty()) begun_.back().place = place_of_frame(line);
  }

  std::vector<SanitizerReport> reports_;
  std::vector<SanitizerReport> begun_;  // and not summed up
  std::optional<SanitizerReport> own_failure_;
  std::string slot_;
};

}  // namespace

std::string tidy_place(const std::string& place) {
  const size_t end = place.find_first_of(" :");
  std::string path = std::filesystem::path(place.substr(0, end)).lexically_normal().string();
  while (path.rfind("../", 0) == 0) path.erase(0, 3);
  return end == std::string::npos ? path : path + place.substr(end);
}

std::vector<SanitizerReport> sanitizer_reports(std::string_view text) {
  if (text.find("Sanitizer") == std::string_view::npos &&
      text.find("runtime error:") == std::string_view::npos)
    return {};
  Reader reader;
  for (size_t at = 0; at < text.size() && !reader.has_broken_off();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    reader.read(std::string(text.substr(at, std::min(end - at, kLineRead))), end != text.size());
    at = end + 1;
  }
  return reader.take_reports();
}

std::string unseen_by_threads(std::string_view text) {
  static constexpr std::string_view sign = "harness-threads: not seen: ";
  const size_t at = text.find(sign);
  if (at == std::string_view::npos) return "";
  const size_t begin = at + sign.size();
  return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

}  // namespace harness

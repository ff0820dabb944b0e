#include "check/handler_report.h"

#include <regex>
#include <sstream>

#include "check/sanitizer_report.h"

namespace harness {
namespace {

// "note ../../subjects/x.cpp:12" as people look for it.
std::string tidy_code_place(const std::string& place) {
  const size_t space = place.rfind(' ');
  if (space == std::string::npos) return place;
  return place.substr(0, space + 1) + tidy_place(place.substr(space + 1));
}

HandlerReport call_of(const std::smatch& match) {
  return {.kind = match[1] == "jumped" ? HandlerReport::Kind::jumped : HandlerReport::Kind::unsafe,
          .signal = std::stoi(match[4]),
          .pid = std::stoi(match[5]),
          .function = match[2],
          .family = match[3],
          .interrupted = match[6] == "-" ? "" : match[6].str(),
          .handler = tidy_code_place(match[7]),
          .caller = tidy_code_place(match[8]),
          .at = tidy_code_place(match[9])};
}

}  // namespace

std::vector<HandlerReport> handler_reports(std::string_view text) {
  static const std::regex ran(R"(ran signal=(\d{1,3}) pid=(\d{1,9}) tid=\d+ handler=\((.*)\))");
  static const std::regex call(
      R"((unsafe|jumped) function=(.*) family=(\S+) signal=(\d{1,3}) pid=(\d{1,9}) tid=\d+ )"
      R"(interrupted=(.*) handler=\((.*)\) caller=\((.*)\) at=\((.*)\))");
  std::vector<HandlerReport> reports;
  std::istringstream lines{std::string(text)};
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, match, ran)) {
      reports.push_back(
          {.signal = std::stoi(match[1]), .pid = std::stoi(match[2]), .handler = tidy_code_place(match[3])});
    } else if (std::regex_match(line, match, call)) {
      reports.push_back(call_of(match));
    }
  }
  return reports;
}

}  // namespace harness

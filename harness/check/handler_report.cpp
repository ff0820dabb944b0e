#include "check/handler_report.h"

#include <map>
#include <regex>
#include <sstream>
#include <utility>

#include "check/sanitizer_report.h"

namespace harness {
namespace {

// "note ../../subjects/x.cpp:12" as people look for it.
std::string tidy_code_place(const std::string& place) {
  const size_t space = place.rfind(' ');
  if (space == std::string::npos) return place;
  return place.substr(0, space + 1) + tidy_place(place.substr(space + 1));
}

HandlerReport run_of(const std::smatch& match) {
  return {.signal = std::stoi(match[1]), .pid = std::stoi(match[2]), .handler = tidy_code_place(match[3])};
}

// Until all of its frames have been read it counts as cut off.
HandlerReport call_of(const std::smatch& match) {
  return {.kind = match[1] == "jumped" ? HandlerReport::Kind::jumped : HandlerReport::Kind::unsafe,
          .signal = std::stoi(match[4]),
          .pid = std::stoi(match[5]),
          .function = match[2],
          .family = match[3],
          .interrupted = match[9] == "-" ? "" : match[9].str(),
          .handler = tidy_code_place(match[10]),
          .caller = tidy_code_place(match[11]),
          .at = tidy_code_place(match[12]),
          .stack = match[7] == "0" ? match[8].str() : "cut"};
}

// A call whose frames are still to come.
struct OpenCall {
  size_t report;
  size_t frames_left;
  std::string stack;
};

// By process and number. A program that executes another begins its numbers anew: then the last one counts.
using OpenCalls = std::map<std::pair<int, int>, OpenCall>;

void open_call(OpenCalls& open, size_t report, const std::smatch& match) {
  const OpenCall call = {report, std::stoul(match[7]), match[8]};
  const std::pair<int, int> key{std::stoi(match[5]), std::stoi(match[6])};
  open.erase(key);
  if (call.frames_left != 0) open.emplace(key, call);
}

void add_frame(std::vector<HandlerReport>& reports, OpenCalls& open, const std::smatch& match) {
  const auto found = open.find({std::stoi(match[2]), std::stoi(match[1])});
  if (found == open.end()) return;
  OpenCall& call = found->second;
  HandlerReport& report = reports[call.report];
  report.callers.push_back(tidy_code_place(match[3]));
  if (--call.frames_left != 0) return;
  report.stack = call.stack;
  open.erase(found);
}

}  // namespace

std::vector<HandlerReport> handler_reports(std::string_view text) {
  static const std::regex ran(R"(ran signal=(\d{1,3}) pid=(\d{1,9}) handler=\((.*)\))");
  static const std::regex call(
      R"((unsafe|jumped) function=(.*) family=(\S+) signal=(\d{1,3}) pid=(\d{1,9}) call=(\d{1,9}) )"
      R"(frames=(\d{1,3}) stack=(\S+) interrupted=(.*) handler=\((.*)\) caller=\((.*)\) at=\((.*)\))");
  static const std::regex frame(R"(frame call=(\d{1,9}) pid=(\d{1,9}) place=\((.*)\))");
  std::vector<HandlerReport> reports;
  OpenCalls open;
  std::istringstream lines{std::string(text)};
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, match, ran)) {
      reports.push_back(run_of(match));
    } else if (std::regex_match(line, match, frame)) {
      add_frame(reports, open, match);
    } else if (std::regex_match(line, match, call)) {
      open_call(open, reports.size(), match);
      reports.push_back(call_of(match));
    }
  }
  return reports;
}

}  // namespace harness

#include "base/day.h"

#include <chrono>
#include <regex>

namespace harness {

bool is_day(const std::string& text) {
  static const std::regex form(R"((\d{4})-(\d\d)-(\d\d))");
  std::smatch match;
  if (!std::regex_match(text, match, form)) return false;
  return std::chrono::year_month_day(std::chrono::year(std::stoi(match[1])),
                                     std::chrono::month(static_cast<unsigned>(std::stoi(match[2]))),
                                     std::chrono::day(static_cast<unsigned>(std::stoi(match[3]))))
      .ok();
}

}  // namespace harness

// The page of the HTML report, without a run: reports/viewer/dist/report.html, built into the program.
#pragma once

#include <string_view>

namespace harness {

// In the page stands, once, where the run's data go.
inline constexpr std::string_view kRunPlace = "{\"harness\":\"run\"}";

std::string_view viewer_page();

}  // namespace harness

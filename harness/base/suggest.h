// "Did you mean …?": the known name nearest to one that was mistyped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harness {

// The number of single-character edits (insert, delete, replace, swap of neighbours) from one word to
// another.
int edit_distance(std::string_view from, std::string_view to);

// The nearest of the known names, or "" when none is near enough to be what was meant.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

// `scenario "crash-in-lok" not found; did you mean crash-in-lock?`, or the first of the known names when none
// is near.
std::string not_found(std::string_view kind, std::string_view name, const std::vector<std::string>& known);

}  // namespace harness

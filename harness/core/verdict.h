// Verdict: what a case came to. Merged by the worst: pass < inconclusive < fail.
#pragma once

#include <optional>
#include <string_view>

namespace harness {

enum class Verdict { pass, inconclusive, fail };

std::string_view to_string(Verdict verdict);
std::optional<Verdict> verdict_from(std::string_view name);

inline Verdict worst(Verdict a, Verdict b) { return a < b ? b : a; }

}  // namespace harness

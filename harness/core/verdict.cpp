#include "core/verdict.h"

namespace harness {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::fail:
      return "fail";
  }
  return "?";
}

std::optional<Verdict> verdict_from(std::string_view name) {
  for (const Verdict verdict : {Verdict::pass, Verdict::inconclusive, Verdict::fail}) {
    if (to_string(verdict) == name) return verdict;
  }
  return std::nullopt;
}

}  // namespace harness

#include "run/mode.h"

namespace harness {

std::string id_of(const Case& one, const std::string& what) {
  const std::string id = one.scenario + "/" + one.target + "/" + one.variant + "/" + what;
  return one.repeat == 1 ? id : id + "/r" + std::to_string(one.repeat);
}

Expectation expected_in_mode(const Case& one, const std::string& checker, const std::string& because) {
  const Expectation& expected = one.expected;
  if (expected.outcome == Expectation::Outcome::fail && expected.checker == checker) return expected;
  if (!one.mutant || expected.outcome == Expectation::Outcome::pass) return {};
  return {.outcome = Expectation::Outcome::not_shown, .because = because, .mistake = expected.mistake};
}

}  // namespace harness

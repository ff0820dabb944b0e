// junit.xml, as Jenkins, GitLab and GitHub's readers take it: a suite per scenario and target.
//
// Each case of a variant that should pass is a test. A variant that should fail (a mutant, a known limit, a
// platform defect) is one test: it passes when it was caught as expected. What could not be judged is an
// <error>, what was left out of the plan is <skipped>: neither is ever a pass.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/format.h"
#include "report/replay_line.h"
#include "report/scenario_run.h"
#include "report/story.h"
#include "report/wording.h"

namespace harness {
namespace {

// More stories of one variant than this are more than anybody reads in a CI page.
constexpr size_t kMostStories = 5;

// XML 1.0 (section 2.2, Char) forbids these even when escaped, and one of them makes a whole file unreadable.
bool is_allowed(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
}

std::string_view entity(char32_t c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "";
  }
}

std::string escaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto [size, value] = first_character(text);
    const std::string_view name = entity(value);
    if (!name.empty()) {
      result += name;
    } else if (value == 0xFFFD) {
      result += "\xEF\xBF\xBD";
    } else if (is_allowed(value)) {
      result += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return result;
}

// One <testcase>: passed when `tag` is empty.
struct Test {
  std::string name;
  int64_t duration_ns = 0;
  std::string tag;  // failure, error or skipped
  std::string type;
  std::string message;
  std::string text;
  std::string output;
};

struct Suite {
  std::string name;
  std::string class_name;
  std::vector<std::string> limits;
  std::vector<Test> tests;
};

std::string seconds(int64_t duration_ns) {
  return fmt::format("{:.6f}", static_cast<double>(duration_ns) / 1e9);
}

int64_t total_ns(const std::vector<Test>& tests) {
  int64_t sum = 0;
  for (const Test& test : tests) sum += test.duration_ns;
  return sum;
}

int64_t count_tag(const std::vector<Test>& tests, std::string_view tag) {
  return std::count_if(tests.begin(), tests.end(), [&](const Test& test) { return test.tag == tag; });
}

// The attributes of all suites have no count of what was skipped (a strict reader refuses it there).
std::string skipped_count(const std::vector<Test>& tests) {
  return fmt::format(" skipped=\"{}\"", count_tag(tests, "skipped"));
}

std::string counts(const std::vector<Test>& tests, const std::string& skipped) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"{} time=\"{}\"", tests.size(),
                     count_tag(tests, "failure"), count_tag(tests, "error"), skipped,
                     seconds(total_ns(tests)));
}

std::string where_and_how(const RunRecord& record, const Case& plan) {
  const std::string where = record.directory.empty() ? "" : "record: " + record.directory + "\n";
  return where + "replay: " + replay_line(plan) + "\n";
}

std::string story_of(const JudgedCase& one) {
  return case_story(*one.plan, *one.history, one.result, {.colour = false, .width = 0});
}

// The first finding of the worst kind: what a CI page shows beside the test's name.
const Finding* main_finding(const CaseResult& result) {
  const Finding* main = nullptr;
  for (const Finding& finding : result.findings) {
    if (main == nullptr || finding.verdict > main->verdict) main = &finding;
  }
  return main;
}

std::string case_name(const Case& plan) {
  const std::string name = plan.variant + " " + to_string(plan.faults);
  return plan.repeat > 1 ? fmt::format("{} (repeat {})", name, plan.repeat) : name;
}

Test case_test(const JudgedCase& one, const RunRecord& record) {
  Test test{.name = case_name(*one.plan), .duration_ns = one.result.duration_ns};
  test.output = where_and_how(record, *one.plan);
  if (one.result.as_expected) return test;
  const Finding* finding = main_finding(one.result);
  const bool is_inconclusive = one.result.verdict == Verdict::inconclusive;
  test.tag = is_inconclusive ? "error" : "failure";
  test.type = is_inconclusive || finding == nullptr ? "inconclusive" : finding->checker;
  test.message = finding == nullptr ? "not as expected" : finding->checker + ": " + finding->message;
  test.text = story_of(one);
  return test;
}

std::string variant_name(const VariantOutcome& outcome) {
  const Expectation& expected = outcome.expected;
  if (expected.outcome == Expectation::Outcome::platform) {
    return fmt::format("{} shows the platform defect {}", outcome.variant, expected.defect);
  }
  if (expected.outcome == Expectation::Outcome::not_shown)
    return fmt::format("mutant {} is not to be shown", outcome.variant);
  if (outcome.mutant) return fmt::format("mutant {} is caught by {}", outcome.variant, expected.checker);
  return fmt::format("{} fails by {}, a known limit", outcome.variant, expected.checker);
}

Test variant_test(const VariantRun& variant, const RunRecord& record) {
  Test test{.name = variant_name(variant.outcome)};
  for (const JudgedCase& one : variant.cases) test.duration_ns += one.result.duration_ns;
  const std::vector<const JudgedCase*> surprises = variant.surprises();
  const JudgedCase& shown = surprises.empty() ? variant.cases.front() : *surprises.front();
  test.output = where_and_how(record, *shown.plan);
  if (variant.outcome.as_expected) {
    if (variant.outcome.expected.outcome == Expectation::Outcome::not_shown && !variant.outcome.caught) {
      test.tag = "skipped";
      test.message = variant.outcome.expected.because;
    }
    return test;
  }
  const bool is_inconclusive = variant.verdict == Verdict::inconclusive;
  test.tag = is_inconclusive ? "error" : "failure";
  test.type = is_inconclusive                            ? "inconclusive"
              : variant.outcome.verdict == Verdict::fail ? "caught-otherwise"
                                                         : "missed";
  test.message = expected_and_got(variant);
  test.text = variant.outcome.why + "\n";
  for (size_t i = 0; i < surprises.size() && i < kMostStories; ++i) test.text += story_of(*surprises[i]);
  return test;
}

std::vector<Test> tests_of(const ScenarioRun& run, const RunRecord& record) {
  std::vector<Test> tests;
  for (const VariantRun& variant : run.variants) {
    if (variant.outcome.expected.outcome != Expectation::Outcome::pass) {
      tests.push_back(variant_test(variant, record));
      continue;
    }
    for (const JudgedCase& one : variant.cases) tests.push_back(case_test(one, record));
  }
  return tests;
}

Suite suite_of(const ScenarioRun& run, const RunRecord& record) {
  return {.name = fmt::format("{} [{}]", run.scenario, run.target),
          .class_name = fmt::format("harness.{}.{}", run.scenario, run.target),
          .limits = evidence_limits(record.info, run),
          .tests = tests_of(run, record)};
}

// What the plan left out, each with its reason, so that a CI page counts it as skipped.
Suite left_out(const std::vector<std::string>& notes) {
  Suite suite{.name = "left out", .class_name = "harness.left-out"};
  for (const std::string& note : notes) {
    suite.tests.push_back({.name = note, .tag = "skipped", .message = note});
  }
  return suite;
}

std::string outcome_element(const Test& test) {
  if (test.tag.empty()) return "";
  if (test.tag == "skipped")
    return fmt::format("      <skipped message=\"{}\"/>\n", escaped(printable(test.message)));
  return fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", test.tag, escaped(test.type),
                     escaped(printable(test.message)), escaped(test.text));
}

std::string test_element(const Test& test, const std::string& class_name) {
  const std::string start =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"", escaped(class_name),
                  escaped(printable(test.name)), seconds(test.duration_ns));
  const std::string output =
      test.output.empty() ? "" : fmt::format("      <system-out>{}</system-out>\n", escaped(test.output));
  return start + ">\n" + outcome_element(test) + output + "    </testcase>\n";
}

std::string properties(const Suite& suite) {
  if (suite.limits.empty()) return "";
  std::string text = "    <properties>\n";
  for (const std::string& limit : suite.limits) {
    text += fmt::format("      <property name=\"cannot-show\" value=\"{}\"/>\n", escaped(printable(limit)));
  }
  return text + "    </properties>\n";
}

// Readers' schemas want seconds and no zone: 2024-01-02T03:04:05.
std::string timestamp(const RunInfo& info) {
  return escaped(std::string_view(info.started_at).substr(0, 19));
}

std::string suite_element(const Suite& suite, const RunInfo& info) {
  std::string text = fmt::format("  <testsuite name=\"{}\" {} timestamp=\"{}\">\n", escaped(suite.name),
                                 counts(suite.tests, skipped_count(suite.tests)), timestamp(info));
  text += properties(suite);
  for (const Test& test : suite.tests) text += test_element(test, suite.class_name);
  return text + "  </testsuite>\n";
}

class JunitReport : public ReportFormat {
 public:
  std::string_view id() const override { return "junit"; }
  std::string_view summary() const override { return "JUnit XML, for the test pages of CI systems"; }
  std::string_view file_name() const override { return "junit.xml"; }

  std::string render(const RunRecord& record) const override {
    std::vector<Suite> suites;
    for (const ScenarioRun& run : scenario_runs(record)) suites.push_back(suite_of(run, record));
    if (!record.plan.notes.empty()) suites.push_back(left_out(record.plan.notes));
    std::vector<Test> all;
    std::string elements;
    for (const Suite& suite : suites) {
      all.insert(all.end(), suite.tests.begin(), suite.tests.end());
      elements += suite_element(suite, record.info);
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
           fmt::format("<testsuites name=\"harness\" {}>\n", counts(all, "")) + elements + "</testsuites>\n";
  }
};

const Registration<ReportFormat> registration{std::make_unique<JunitReport>()};

}  // namespace
}  // namespace harness

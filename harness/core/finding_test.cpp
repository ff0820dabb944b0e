#include "core/finding.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

using nlohmann::json;

const Finding kDefect{.checker = "progress",
                      .verdict = Verdict::fail,
                      .message = "lost wake-up",
                      .events = {4, 9},
                      .whose = Whose::platform,
                      .defect = "MX-22"};

BOOST_AUTO_TEST_SUITE(finding)

BOOST_AUTO_TEST_CASE(a_finding_survives_json) {
  const Finding read = json::parse(json(kDefect).dump()).get<Finding>();
  BOOST_TEST(json(read) == json(kDefect));
  BOOST_TEST((read.verdict == Verdict::fail));
  BOOST_TEST((read.whose == Whose::platform));
  BOOST_TEST(read.defect == "MX-22");
  BOOST_TEST(read.events == (std::vector<int>{4, 9}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_case_result_survives_json) {
  const CaseResult result{.id = "s/native/v/f",
                          .verdict = Verdict::fail,
                          .findings = {kDefect},
                          .as_expected = true,
                          .caught_by = "progress",
                          .duration_ns = 5'000'000'000,
                          .faults_planned = 2,
                          .faults_fired = 1};
  const CaseResult read = json::parse(json(result).dump()).get<CaseResult>();
  BOOST_TEST(json(read) == json(result));
  BOOST_TEST(read.duration_ns == 5'000'000'000);
  BOOST_TEST(read.faults_fired == 1);
  BOOST_TEST(read.as_expected);
}

BOOST_AUTO_TEST_CASE(an_unknown_verdict_is_never_read_as_a_pass) {
  json stored = kDefect;
  stored["verdict"] = "splendid";
  BOOST_TEST((stored.get<Finding>().verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

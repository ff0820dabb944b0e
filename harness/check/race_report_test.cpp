// What the race detector wrote, word for word, and what becomes of it.
#include "check/race_report.h"

#include <boost/test/unit_test.hpp>

#include "check/checker.h"
#include "check/history_literals.h"

using namespace harness;

BOOST_AUTO_TEST_SUITE(race_report)

namespace {

constexpr const char* kRelaxed =
    "WARNING: HarnessRace: data race at /dev/shm/ring+0x20\n"
    "  read of 4 bytes by process 45 thread 45 (relaxed-publish):\n"
    "    #0 _ZN8shm_ring9read_onceERKj ./build/race/../../subjects/shm-ring/mutants/../atomics.h:66 "
    "(r+0xc108)\n"
    "    #1 take ./build/race/../../subjects/shm-ring/mutants/../spsc.h:189 (r+0xc108)\n"
    "  before it, write of 4 bytes by process 43 thread 44 (relaxed-publish):\n"
    "    #0 put ./build/race/../../subjects/shm-ring/mutants/../spsc.h:143 (r+0xce9f)\n"
    "    #1 run_watched ./harness/probe/race/threads.cpp:31 (r+0x10)\n"
    "  missing order: the write is not ordered before the read: publish it with release\n"
    "SUMMARY: HarnessRace: data race at /dev/shm/ring+0x20\n";

History two_roles(const std::string& text) {
  History history = {
      {.role = "producer", .pid = 43, .kind = EventKind::spawned},
      {.role = "consumer", .pid = 45, .kind = EventKind::spawned},
      {.role = "consumer", .pid = 45, .kind = EventKind::output, .name = "stderr", .data = {{"text", text}}}};
  put_in_order(history);
  return history;
}

std::vector<Finding> judged(const std::string& text,
                            const nlohmann::json& options = nlohmann::json::object()) {
  return Checkers::instance().find("sanitizer_clean")->check(Case{}, two_roles(text), options);
}

std::string without_line(std::string text, const std::string& begin) {
  const size_t at = text.find(begin);
  return text.erase(at, text.find('\n', at) + 1 - at);
}

}  // namespace

BOOST_AUTO_TEST_CASE(both_sides_are_read_with_their_lines) {
  const auto reports = race_reports(kRelaxed);
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  const RaceReport& race = reports[0];
  BOOST_TEST(race.place == "/dev/shm/ring+0x20");
  BOOST_TEST(race.later.access == "read");
  BOOST_TEST(race.later.bytes == 4);
  BOOST_TEST(race.later.pid == 45);
  BOOST_TEST(race.later.stack.size() == 2U);
  BOOST_TEST(race.later.stack[0] == "shm_ring::read_once at subjects/shm-ring/atomics.h:66");
  BOOST_TEST(race.earlier.access == "write");
  BOOST_TEST(race.earlier.pid == 43);
  BOOST_TEST(race.earlier.stack.size() == 1U);  // the detector's own frame is not the program's
  BOOST_TEST(race.earlier.stack[0] == "put at subjects/shm-ring/spsc.h:143");
  BOOST_TEST(race.missing_order == "the write is not ordered before the read: publish it with release");
}

BOOST_AUTO_TEST_CASE(the_finding_names_both_roles) {
  const auto findings = judged(kRelaxed);
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::fail);
  const std::string& told = findings[0].message;
  for (const char* part :
       {"/dev/shm/ring+0x20", "write of 4 bytes by producer (pid 43) in put at subjects/",
        "read of 4 bytes by consumer (pid 45) in shm_ring::read_once at", "publish it with release"})
    BOOST_TEST(told.find(part) != std::string::npos, told);
}

BOOST_AUTO_TEST_CASE(a_report_that_a_death_cut_off_is_none) {
  BOOST_TEST(race_reports(without_line(kRelaxed, "SUMMARY")).empty());
  BOOST_TEST(race_reports(without_line(kRelaxed, "  missing order")).empty());
  BOOST_TEST(judged("nothing of the kind\n").empty());
}

BOOST_AUTO_TEST_CASE(a_program_without_debug_information_is_told_by_its_addresses) {
  const auto reports = race_reports(
      "WARNING: HarnessRace: data race at anonymous memory 1+0x0\n"
      "  atomic write of 8 bytes by process 1 thread 1 (a):\n    #0 (/a/b+0xc)\n"
      "  before it, read of 8 bytes by process 2 thread 2 (b):\n    #0 0x1234\n"
      "  missing order: x\nSUMMARY: HarnessRace: data race at anonymous memory 1+0x0\n");
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  BOOST_TEST(reports[0].later.access == "atomic write");
  BOOST_TEST(reports[0].later.stack[0] == "(/a/b+0xc)");
  BOOST_TEST(reports[0].earlier.stack[0] == "0x1234");
}

BOOST_AUTO_TEST_CASE(a_function_whose_name_has_spaces_keeps_its_line) {
  const auto reports = race_reports(
      "WARNING: HarnessRace: data race at /dev/shm/ring+0x0\n"
      "  write of 8 bytes by process 1 thread 1 (a):\n"
      "    #0 run_ring<(anonymous namespace)::Variant> ../../subjects/shm-ring/mutants/../spsc.h:260 "
      "(a+0xc)\n"
      "  before it, read of 8 bytes by process 2 thread 2 (b):\n    #0 0x1234\n"
      "  missing order: x\nSUMMARY: HarnessRace: data race at /dev/shm/ring+0x0\n");
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  BOOST_TEST(reports[0].later.stack[0] ==
             "run_ring<(anonymous namespace)::Variant> at subjects/shm-ring/spsc.h:260");
}

BOOST_AUTO_TEST_CASE(a_known_report_does_not_count) {
  const nlohmann::json known = {{"known",
                                 {{{"report", "data race"},
                                   {"at", "subjects/shm-ring/atomics.h"},
                                   {"because", "looked into"},
                                   {"until", "2999-01-01"}}}}};
  BOOST_TEST(judged(kRelaxed, known).empty());
}

BOOST_AUTO_TEST_CASE(what_was_not_watched_any_more_is_inconclusive) {
  const auto findings =
      judged("HarnessRace CHECK failed: more threads than there is room for: not watched\n");
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::inconclusive);
}

BOOST_AUTO_TEST_SUITE_END()

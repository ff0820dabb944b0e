// What sanitizers wrote, word for word, and what becomes of it.
#include <boost/test/unit_test.hpp>

#include "check/checker.h"
#include "check/history_literals.h"
#include "check/known_report.h"
#include "check/sanitizer_report.h"
#include "core/kernel_names.h"

using namespace harness;

BOOST_AUTO_TEST_SUITE(sanitizer_clean)

namespace {

Event says(const char* role, const char* text) {
  return {.role = role, .kind = EventKind::output, .name = "stderr", .data = {{"text", text}}};
}

std::vector<Finding> findings_of(History history) {
  put_in_order(history);
  return Checkers::instance().find("sanitizer_clean")->check(Case{}, history, nlohmann::json::object());
}

constexpr const char* kUseAfterFree =
    "=================================================================\n"
    "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x55 bp 0x7f sp 0x7f\n"
    "READ of size 8 at 0x602000000010 thread T0\n"
    "    #0 0x55 in recover ../../subjects/ring/mutants/../ring.h:12\n"
    "SUMMARY: AddressSanitizer: heap-use-after-free ../../subjects/ring/mutants/../ring.h:12 in recover\n";

}  // namespace

BOOST_AUTO_TEST_CASE(a_use_after_free_is_told_with_its_place) {
  const auto reports = sanitizer_reports(kUseAfterFree);
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  BOOST_TEST(reports[0].sanitizer == "AddressSanitizer");
  BOOST_TEST(reports[0].kind == "heap-use-after-free");
  BOOST_TEST(reports[0].place == "subjects/ring/ring.h:12 in recover");
}

BOOST_AUTO_TEST_CASE(a_data_race_in_clangs_words_is_told) {
  const auto reports = sanitizer_reports(
      "WARNING: ThreadSanitizer: data race (pid=3)\n"
      "SUMMARY: ThreadSanitizer: data race /src/a.cpp:7:3 in count(int)\n");
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  BOOST_TEST(reports[0].kind == "data race");
  BOOST_TEST(reports[0].place == "/src/a.cpp:7:3 in count(int)");
}

BOOST_AUTO_TEST_CASE(undefined_behaviour_is_told_once_though_clang_sums_it_up) {
  const auto reports = sanitizer_reports(
      "a.cpp:4:5: runtime error: shift exponent 40 is too large for 32-bit type 'int'\n"
      "SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior a.cpp:4:5 in\n");
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  BOOST_TEST(reports[0].place == "a.cpp:4:5");
  BOOST_TEST(reports[0].kind == "shift exponent 40 is too large for 32-bit type 'int'");
}

BOOST_AUTO_TEST_CASE(leaks_are_told_though_they_have_no_place) {
  const auto reports = sanitizer_reports("SUMMARY: AddressSanitizer: 7 byte(s) leaked in 1 allocation(s).\n");
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  BOOST_TEST(reports[0].kind == "7 byte(s) leaked in 1 allocation(s).");
}

BOOST_AUTO_TEST_CASE(leaks_are_told_with_the_place_that_made_the_first) {
  const auto reports = sanitizer_reports(
      "==4==ERROR: LeakSanitizer: detected memory leaks\n"
      "\n"
      "Direct leak of 40 byte(s) in 1 object(s) allocated from:\n"
      "    #0 0x7f48 in operator new[](unsigned long) "
      "../../../../src/libsanitizer/asan/asan_new_delete.cpp:98\n"
      "    #1 0x55ce in copy_of ../../subjects/pipe/mutants/../copy.h:12\n"
      "    #2 0x55cf in main ../../subjects/pipe/mutants/a.cpp:7\n"
      "\n"
      "SUMMARY: AddressSanitizer: 40 byte(s) leaked in 1 allocation(s).\n");
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  BOOST_TEST(reports[0].kind == "40 byte(s) leaked in 1 allocation(s).");
  BOOST_TEST(reports[0].place == "subjects/pipe/copy.h:12");
}

BOOST_AUTO_TEST_CASE(a_mistake_in_a_call_of_the_c_library_is_told_with_the_programs_own_place) {
  const auto reports = sanitizer_reports(
      "==4==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60 at pc 0x7f bp 0x7f sp 0x7f\n"
      "WRITE of size 40 at 0x60 thread T0\n"
      "    #0 0x7f in __interceptor_read "
      "../../../../src/libsanitizer/sanitizer_common/interceptors.inc:1025\n"
      "    #1 0x55 in read_some ../../subjects/pipe/mutants/../program.h:115\n"
      "SUMMARY: AddressSanitizer: heap-buffer-overflow "
      "../../../../src/libsanitizer/sanitizer_common/interceptors.inc:1025 in __interceptor_read\n");
  BOOST_REQUIRE_EQUAL(reports.size(), 1U);
  BOOST_TEST(reports[0].place == "subjects/pipe/program.h:115");
}

BOOST_AUTO_TEST_CASE(what_a_program_prints_otherwise_is_no_report) {
  BOOST_TEST(sanitizer_reports("cannot open: No such file\n").empty());
  BOOST_TEST(sanitizer_reports("we build with AddressSanitizer\n").empty());
}

BOOST_AUTO_TEST_CASE(a_report_fails_the_case_whatever_it_checks) {
  const auto findings = findings_of({says("waiter", kUseAfterFree)});
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::fail);
  BOOST_TEST(findings[0].message ==
             "waiter: AddressSanitizer: heap-use-after-free at subjects/ring/ring.h:12 in recover");
}

BOOST_AUTO_TEST_CASE(what_a_process_reported_into_a_file_of_its_own_is_read_as_well) {
  Event reported = says("owner", kUseAfterFree);
  reported.name = "report";
  BOOST_TEST(findings_of({reported}).size() == 1U);
  reported.name = "stdout";
  BOOST_TEST(findings_of({reported}).size() == 0U);
}

BOOST_AUTO_TEST_CASE(the_same_report_twice_is_one_finding) {
  std::string twice;
  for (int i = 0; i < 2; ++i) twice.append(kUseAfterFree);
  BOOST_TEST(findings_of({says("waiter", twice.c_str())}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_sanitizer_that_broke_off_proves_nothing) {
  const auto findings = findings_of({says("owner",
                                          "ThreadSanitizer: CHECK failed: sanitizer_deadlock_detector.h:67 "
                                          "\"((n_all_locks_)) < 64\" (0x40, 0x40)\n"
                                          "SUMMARY: ThreadSanitizer: SEGV syscall.S:38 in syscall\n")});
  BOOST_REQUIRE_EQUAL(findings.size(), 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::inconclusive);
}

BOOST_AUTO_TEST_CASE(a_crash_that_the_fault_sent_is_no_mistake_of_the_victim) {
  const char* crashed = "SUMMARY: AddressSanitizer: SEGV ../sysdeps/futex.c:57 in wait\n";
  Event fault{.role = "owner", .kind = EventKind::fault, .name = "signal(SIGSEGV)"};
  fault.data = {{"signal_sent", *signal_number("SIGSEGV")}};
  BOOST_TEST(findings_of({fault, says("owner", crashed)}).empty());
  BOOST_TEST(findings_of({fault, says("waiter", crashed)}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_known_report_does_not_count_and_others_do) {
  const auto clean = [](const char* known) {
    const History history = [] {
      History one = {says("waiter", kUseAfterFree)};
      put_in_order(one);
      return one;
    }();
    const auto options = nlohmann::json::parse(known);
    const Checker& checker = *Checkers::instance().find("sanitizer_clean");
    BOOST_TEST(checker.accepts(options).ok());
    return checker.check(Case{}, history, options).empty();
  };
  BOOST_TEST(
      clean(R"({"known": [{"report": "heap-use-after-free", "at": "subjects/ring/ring.h", "because": "b",
                                  "until": "2027-06-30"}]})"));
  BOOST_TEST(!clean(R"({"known": [{"report": "heap-use-after-free", "at": "subjects/other", "because": "b",
                                   "until": "2027-06-30"}]})"));
  BOOST_TEST(!clean(R"({"known": [{"report": "data race", "at": "subjects/ring/ring.h", "because": "b",
                                   "until": "2027-06-30"}]})"));
}

BOOST_AUTO_TEST_CASE(a_known_report_says_why_and_until_when) {
  const Checker& checker = *Checkers::instance().find("sanitizer_clean");
  for (
      const char* options :
      {R"({"known": [{"report": "data race", "at": "x.h", "until": "2027-06-30"}]})",
       R"({"known": [{"report": "data race", "at": "x.h", "because": "", "until": "2027-06-30"}]})",
       R"({"known": [{"report": "data race", "at": "x.h", "because": "b", "until": "2027-02-30"}]})",
       R"({"known": [{"report": "data race", "at": "x.h", "because": "b", "until": "soon"}]})",
       R"({"known": [{"report": "data race", "at": "x.h", "because": "b", "until": "2027-06-30", "whose": "gcc"}]})",
       R"({"known": {}})", R"({"ignore": []})"})
    BOOST_TEST(!checker.accepts(nlohmann::json::parse(options)).ok(), options);
}

BOOST_AUTO_TEST_CASE(after_its_last_day_a_known_report_counts_again) {
  const auto options = nlohmann::json::parse(
      R"({"known": [{"report": "data race", "at": "x.h", "because": "b", "until": "2027-06-30"}]})");
  std::vector<KnownReport> over;
  BOOST_TEST(in_force(options, "2027-06-30", over) == options);
  BOOST_TEST(over.empty());
  BOOST_TEST(in_force(options, "2027-07-01", over).empty());
  BOOST_TEST(over.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

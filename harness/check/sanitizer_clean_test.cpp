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

constexpr const char* kRace =
    "==================\n"
    "WARNING: ThreadSanitizer: data race (pid=3)\n"
    "  Write of size 4 at 0x7b04 by thread T2:\n"
    "    #0 count(int) /src/a.cpp:7:3 (race+0x1234) (BuildId: f27d)\n"
    "    #1 main /src/a.cpp:9:1 (race+0x1250) (BuildId: f27d)\n"
    "\n"
    "SUMMARY: ThreadSanitizer: data race /src/a.cpp:7:3 in count(int)\n"
    "==================\n";

constexpr const char* kBrokenOff =
    "==8==ThreadSanitizer: starting new threads after multi-threaded fork is not supported. Dying (set "
    "die_after_fork=0 to override)\n";

// The text as far as it goes before that word.
std::string before(const char* text, const char* word) {
  return std::string(text).substr(0, std::string(text).find(word));
}

SanitizerReport only_report_in(const std::string& text) {
  const auto reports = sanitizer_reports(text);
  BOOST_TEST_REQUIRE(reports.size() == 1U, text);
  return reports.front();
}

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

BOOST_AUTO_TEST_CASE(a_report_that_is_cut_off_before_its_summary_is_told_by_what_there_is_of_it) {
  for (const char* word : {"SUMMARY", "SUMMARY: Addr", "heap-use-after-free ../../", "in recover\n"}) {
    const std::string text = std::string(kUseAfterFree);
    const SanitizerReport report = only_report_in(text.substr(0, text.rfind(word)));
    BOOST_TEST(report.is_cut_off);
    BOOST_TEST(report.sanitizer == "AddressSanitizer");
    BOOST_TEST(report.kind == "heap-use-after-free");
    BOOST_TEST(report.place == "subjects/ring/ring.h:12");
  }
  for (const char* word : {" on address", " at pc", "\nREAD", "READ", "    #0", "#0", "/../ring.h:12"}) {
    const SanitizerReport report = only_report_in(before(kUseAfterFree, word));
    BOOST_TEST(report.is_cut_off);
    BOOST_TEST(report.kind == "heap-use-after-free");
    BOOST_TEST(report.place == "");
  }
  BOOST_TEST(only_report_in(before(kUseAfterFree, ": heap-use")).kind == "a mistake that is not named");
}

BOOST_AUTO_TEST_CASE(a_cut_off_report_of_clang_is_told) {
  for (const char* word : {"SUMMARY", "\nSUMMARY", "    #1", "(BuildId"}) {
    const SanitizerReport report = only_report_in(before(kRace, word));
    BOOST_TEST(report.is_cut_off);
    BOOST_TEST(report.kind == "data race");
    BOOST_TEST(report.place == (std::string(word) == "(BuildId" ? "" : "/src/a.cpp:7:3"));
  }
  BOOST_TEST(only_report_in(before(kRace, " (pid")).kind == "data race");
}

BOOST_AUTO_TEST_CASE(a_cut_off_report_names_its_kind_as_a_whole_one_does) {
  const auto kind = [](const char* head) { return only_report_in(head).kind; };
  BOOST_TEST(kind("==4==ERROR: LeakSanitizer: detected memory leaks\n") == "detected memory leaks");
  BOOST_TEST(kind("==4==ERROR: AddressSanitizer: SEGV on unknown address 0x0 (pc 0x5 bp 0x7 sp 0x7 T0)\n") ==
             "SEGV");
  BOOST_TEST(kind("==4==ERROR: UndefinedBehaviorSanitizer: SEGV on unknown address 0x0 (pc 0x5)\n") ==
             "SEGV");
  BOOST_TEST(kind("==4==ERROR: AddressSanitizer: negative-size-param: (size=-1)\n") == "negative-size-param");
  BOOST_TEST(kind("==4==ERROR: AddressSanitizer: attempting double-free on 0x60 in thread T0:\n") ==
             "attempting double-free");
  BOOST_TEST(
      kind("==4==ERROR: AddressSanitizer: alloc-dealloc-mismatch (malloc vs operator delete) on 0x60\n") ==
      "alloc-dealloc-mismatch (malloc vs operator delete)");
  BOOST_TEST(kind("WARNING: ThreadSanitizer: lock-order-inversion (potential deadlock) (pid=7)\n") ==
             "lock-order-inversion (potential deadlock)");
}

BOOST_AUTO_TEST_CASE(undefined_behaviour_whose_line_is_cut_off_is_told) {
  const SanitizerReport report = only_report_in("a.cpp:4:5: runtime error: shift exponent 40 is too la");
  BOOST_TEST(report.is_cut_off);
  BOOST_TEST(report.place == "a.cpp:4:5");
  BOOST_TEST(only_report_in("a.cpp:4:5: runtime error:").is_cut_off);
  BOOST_TEST(
      !only_report_in("a.cpp:4:5: runtime error: shift exponent 40 is too large\n    #0 0x5").is_cut_off);
}

BOOST_AUTO_TEST_CASE(reports_of_two_processes_that_mix_are_whole_when_both_are_summed_up) {
  const std::string heads = before(kUseAfterFree, "SUMMARY") + before(kRace, "SUMMARY");
  const std::string ends = std::string(kRace).substr(std::string(kRace).find("SUMMARY")) +
                           std::string(kUseAfterFree).substr(std::string(kUseAfterFree).find("SUMMARY"));
  const auto reports = sanitizer_reports(heads + ends);
  BOOST_TEST_REQUIRE(reports.size() == 2U);
  BOOST_TEST((!reports[0].is_cut_off && !reports[1].is_cut_off));
  BOOST_TEST(only_report_in(kRace).is_cut_off == false);
}

BOOST_AUTO_TEST_CASE(a_cut_off_report_beside_whole_ones_is_told_last) {
  const auto reports = sanitizer_reports(before(kUseAfterFree, "SUMMARY") + kRace);
  BOOST_TEST_REQUIRE(reports.size() == 2U);
  BOOST_TEST(reports[0].kind == "data race");
  BOOST_TEST(!reports[0].is_cut_off);
  BOOST_TEST(reports[1].kind == "heap-use-after-free");
  BOOST_TEST(reports[1].is_cut_off);
}

BOOST_AUTO_TEST_CASE(a_cut_off_report_fails_the_case_and_says_that_it_is) {
  const std::string text = before(kUseAfterFree, "SUMMARY");
  const auto findings = findings_of({says("waiter", text.c_str())});
  BOOST_TEST_REQUIRE(findings.size() == 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::fail);
  BOOST_TEST(
      findings[0].message ==
      "waiter: AddressSanitizer: heap-use-after-free at subjects/ring/ring.h:12; the report was cut off "
      "before its end");
}

BOOST_AUTO_TEST_CASE(a_crash_that_clangs_ubsan_saw_is_no_undefined_behaviour_said_twice) {
  const SanitizerReport report = only_report_in(
      "==9==ERROR: UndefinedBehaviorSanitizer: SEGV on unknown address 0x0 (pc 0x5 bp 0x7)\n"
      "    #0 0x558 in main /src/ub.c:1:69\n"
      "SUMMARY: UndefinedBehaviorSanitizer: SEGV /src/ub.c:1:69 in main\n");
  BOOST_TEST(report.kind == "SEGV");
  BOOST_TEST(!report.is_cut_off);
}

BOOST_AUTO_TEST_CASE(what_a_runtime_warns_of_is_no_report_that_was_begun) {
  BOOST_TEST(sanitizer_reports("==4==WARNING: AddressSanitizer failed to allocate 0xfff bytes\n").empty());
  BOOST_TEST(sanitizer_reports("==4==WARNING: AddressSanitizer: LargeMmapAllocator allocation overflow: 0x10 "
                               "bytes with 0x1 alignment requested\n")
                 .empty());
  BOOST_TEST(sanitizer_reports("==4==WARNING: ASan is ignoring requested __asan_handle_no_return: x\n"
                               "==4==WARNING: invalid path to external symbolizer!\n")
                 .empty());
}

BOOST_AUTO_TEST_CASE(a_very_long_line_is_read_as_any_other) {
  const std::string much(1 << 20, 'x');
  BOOST_TEST(sanitizer_reports("Sanitizer: " + much + "\n" + kUseAfterFree).size() == 1U);
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

BOOST_AUTO_TEST_CASE(each_way_in_which_a_runtime_breaks_off_is_known) {
  for (const char* text :
       {kBrokenOff, "AddressSanitizer: nested bug in the same thread, aborting.\n",
        "ThreadSanitizer: Thread limit (8128 threads) exceeded. Dying.\n",
        "==7==ERROR: AddressSanitizer failed to allocate 0x1000 (4096) bytes of LargeMmapAllocator (error "
        "code: "
        "12)\n",
        "==7==LeakSanitizer has encountered a fatal error.\n",
        "FATAL: ThreadSanitizer can not mmap the shadow memory (something is mapped at 0x5)\n"}) {
    const SanitizerReport report = only_report_in(text);
    BOOST_TEST(report.is_own_failure, text);
    BOOST_TEST(!report.is_cut_off);
  }
  BOOST_TEST(only_report_in(kBrokenOff).kind ==
             "starting new threads after multi-threaded fork is not supported");
  BOOST_TEST(
      sanitizer_reports("ThreadSanitizer: starting new threads after multi-threaded fork is not supported "
                        "(pid 7). Continuing because of die_after_fork=0, but you are on your own\n")
          .empty());
}

BOOST_AUTO_TEST_CASE(what_a_runtime_told_before_it_broke_off_still_counts) {
  const auto findings = findings_of({says("owner", (std::string(kRace) + kBrokenOff).c_str())});
  BOOST_TEST_REQUIRE(findings.size() == 2U);
  BOOST_CHECK(findings[0].verdict == Verdict::fail);
  BOOST_TEST(findings[0].message == "owner: ThreadSanitizer: data race at /src/a.cpp:7:3 in count(int)");
  BOOST_CHECK(findings[1].verdict == Verdict::inconclusive);
}

BOOST_AUTO_TEST_CASE(a_report_in_which_the_runtime_broke_off_counts_beside_that) {
  const auto reports = sanitizer_reports(before(kUseAfterFree, "SUMMARY") +
                                         "AddressSanitizer: nested bug in the same thread, aborting.\n");
  BOOST_TEST_REQUIRE(reports.size() == 2U);
  BOOST_TEST(reports[0].is_cut_off);
  BOOST_TEST(reports[1].is_own_failure);
}

BOOST_AUTO_TEST_CASE(the_same_report_by_two_processes_is_one_finding_that_names_both) {
  const auto findings =
      findings_of({says("waiter.1", kUseAfterFree), says("owner", kRace), says("waiter.2", kUseAfterFree)});
  BOOST_TEST_REQUIRE(findings.size() == 2U);
  BOOST_TEST(
      findings[0].message ==
      "waiter.1, waiter.2: AddressSanitizer: heap-use-after-free at subjects/ring/ring.h:12 in recover");
  BOOST_TEST(findings[0].events == (std::vector<int>{0, 2}));
  BOOST_TEST(findings[1].events == (std::vector<int>{1}));
}

BOOST_AUTO_TEST_CASE(a_log_of_which_a_part_was_not_read_is_no_clean_one) {
  Event log = says("owner", "…");
  log.name = "report";
  log.data["left_out_bytes"] = 70;
  const auto findings = findings_of({log});
  BOOST_TEST_REQUIRE(findings.size() == 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::inconclusive);
  BOOST_TEST(findings[0].message ==
             "owner: 70 bytes of what its sanitizer wrote were left out, in which there may be reports");
  BOOST_TEST(findings_of({log, says("waiter", kRace)}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(memory_that_threads_have_at_two_addresses_proves_nothing) {
  const auto findings =
      findings_of({says("owner", "harness-threads: not seen: /dev/shm/x is mapped twice\n")});
  BOOST_TEST_REQUIRE(findings.size() == 1U);
  BOOST_CHECK(findings[0].verdict == Verdict::inconclusive);
  BOOST_TEST(findings[0].message == "owner: not seen by ThreadSanitizer: /dev/shm/x is mapped twice");
}

BOOST_AUTO_TEST_CASE(a_crash_that_the_fault_sent_is_no_mistake_of_the_victim) {
  const char* crashed = "SUMMARY: AddressSanitizer: SEGV ../sysdeps/futex.c:57 in wait\n";
  Event fault{.role = "owner", .kind = EventKind::fault, .name = "signal(SIGSEGV)"};
  fault.data = {{"signal_sent", *signal_number("SIGSEGV")}};
  BOOST_TEST(findings_of({fault, says("owner", crashed)}).empty());
  BOOST_TEST(findings_of({fault, says("waiter", crashed)}).size() == 1U);
  const char* cut = "==4==ERROR: AddressSanitizer: SEGV on unknown address 0x0 (pc 0x5 bp 0x7 sp 0x7 T0)\n";
  BOOST_TEST(findings_of({fault, says("owner", cut)}).empty());
  BOOST_TEST(findings_of({fault, says("waiter", cut)}).size() == 1U);
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

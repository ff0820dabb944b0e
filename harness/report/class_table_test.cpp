#include "report/class_table.h"

#include <boost/test/unit_test.hpp>

#include "report/format.h"
#include "report/sample_record.h"
#include "report/terminal.h"

namespace harness {

BOOST_AUTO_TEST_SUITE(classes)

const std::string kUnseen = "x86-64 keeps this order";

Expectation to_be_caught(const std::string& mistake) {
  return {.outcome = Expectation::Outcome::fail, .checker = "progress", .mistake = mistake};
}

Expectation not_shown(const std::string& mistake, const std::string& why = kUnseen) {
  return {.outcome = Expectation::Outcome::not_shown, .because = why, .mistake = mistake};
}

// Cases of a run on several targets, each beside what it came to.
class Mutants {
 public:
  Mutants& add(const std::string& target, const std::string& variant, const Expectation& expected,
               Verdict verdict) {
    Case one = sample_case(variant, true, expected);
    one.target = target;
    one.id = one.scenario + "/" + target + "/" + variant + "/no-fault";
    const bool is_caught = verdict == Verdict::fail;
    results_.push_back(sample_result(
        one, verdict, is_caught ? std::vector<Finding>{kDeadlockFinding} : std::vector<Finding>{},
        verdict != Verdict::inconclusive));
    plan_.cases.push_back(std::move(one));
    return *this;
  }

  Mutants& note(const std::string& text) {
    plan_.notes.push_back(text);
    return *this;
  }

  // On native and tsan, whatever ran there.
  RunRecord record() const {
    RunRecord record = record_of(plan_, results_, {});
    record.info.targets = {{.id = "native"}, {.id = "tsan"}};
    return record;
  }

 private:
  Plan plan_;
  std::vector<CaseResult> results_;
};

ClassTable table_of(const Mutants& mutants) {
  const RunRecord record = mutants.record();
  return class_table(record, scenario_runs(record));
}

ClassCell only_native(const Mutants& mutants) { return table_of(mutants).rows.at(0).cells.at(0); }

BOOST_AUTO_TEST_CASE(a_cell_counts_the_caught_among_those_that_ran) {
  const ClassCell cell = only_native(Mutants()
                                         .add("native", "a", to_be_caught("data-race"), Verdict::fail)
                                         .add("native", "b", to_be_caught("data-race"), Verdict::pass));
  BOOST_TEST(cell.words() == "caught 1 of 2");
  BOOST_TEST(cell.missed == 1);
}

BOOST_AUTO_TEST_CASE(a_mutant_that_cannot_come_out_is_not_visible_for_a_reason_that_is_told_once) {
  const ClassCell cell =
      only_native(Mutants()
                      .add("native", "a", not_shown("relaxed-order"), Verdict::pass)
                      .add("native", "b", not_shown("relaxed-order"), Verdict::pass)
                      .add("native", "c", not_shown("relaxed-order", "one address"), Verdict::pass));
  BOOST_TEST(cell.words() == "not visible");
  BOOST_TEST(
      cell.reasons() == (std::vector<std::string>{"not visible: " + kUnseen, "not visible: one address"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_mutant_that_comes_out_all_the_same_is_caught) {
  const ClassCell cell = only_native(Mutants().add("native", "a", not_shown("relaxed-order"), Verdict::fail));
  BOOST_TEST(cell.words() == "caught 1 of 1");
  BOOST_TEST(cell.reasons().empty());
}

BOOST_AUTO_TEST_CASE(a_missed_mutant_does_not_hide_behind_one_that_cannot_be_seen) {
  const ClassCell cell = only_native(Mutants()
                                         .add("native", "a", not_shown("relaxed-order"), Verdict::pass)
                                         .add("native", "b", to_be_caught("relaxed-order"), Verdict::pass));
  BOOST_TEST(cell.words() == "missed");
}

BOOST_AUTO_TEST_CASE(what_could_not_be_judged_is_not_missed) {
  const ClassCell cell =
      only_native(Mutants().add("native", "a", to_be_caught("data-race"), Verdict::inconclusive));
  BOOST_TEST(cell.words() == "inconclusive");
  BOOST_TEST(cell.missed == 0);
}

BOOST_AUTO_TEST_CASE(a_cell_that_caught_some_says_why_others_were_not_run_there) {
  const ClassTable table = table_of(Mutants()
                                        .add("native", "a", to_be_caught("data-race"), Verdict::fail)
                                        .add("tsan", "a", to_be_caught("data-race"), Verdict::fail)
                                        .add("tsan", "b", to_be_caught("data-race"), Verdict::fail)
                                        .note("crash-in-lock on native: skipped: b needs threads"));
  BOOST_TEST(table.rows.at(0).cells.at(0).words() == "caught 1 of 1");
  BOOST_TEST(table.rows.at(0).cells.at(0).reasons() == (std::vector<std::string>{"not run: b needs threads"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(cases_that_were_left_out_for_one_reason_of_the_target_say_it_once) {
  const ClassTable table =
      table_of(Mutants()
                   .add("native", "a", to_be_caught("data-race"), Verdict::fail)
                   .add("tsan", "a", to_be_caught("data-race"), Verdict::fail)
                   .add("tsan", "b", to_be_caught("data-race"), Verdict::fail)
                   .note("crash-in-lock on native: skipped: short(3) needs a tracer; there is one")
                   .note("crash-in-lock on native: skipped: short(4) needs a tracer; there is one"));
  BOOST_TEST(table.rows.at(0).cells.at(0).reasons() == (std::vector<std::string>{"not run: there is one"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_class_that_a_target_left_out_says_why) {
  const ClassTable table = table_of(Mutants()
                                        .add("tsan", "a", to_be_caught("data-race"), Verdict::fail)
                                        .note("other on native: skipped: not this one's")
                                        .note("crash-in-lock on native: skipped: there is no tsan here"));
  BOOST_TEST(table.rows.at(0).cells.at(0).words() == "not run");
  BOOST_TEST(
      table.rows.at(0).cells.at(0).reasons() == (std::vector<std::string>{"not run: there is no tsan here"}),
      boost::test_tools::per_element());
  BOOST_TEST(table.rows.at(0).cells.at(1).words() == "caught 1 of 1");
}

BOOST_AUTO_TEST_CASE(a_target_that_had_none_of_a_class_has_a_dash) {
  const ClassTable table = table_of(Mutants().add("tsan", "a", to_be_caught("data-race"), Verdict::fail));
  BOOST_TEST(table.rows.at(0).cells.at(0).words() == kNothing);
}

BOOST_AUTO_TEST_CASE(rows_are_in_the_order_of_the_vocabulary_and_mutants_without_a_class_in_none) {
  const ClassTable table = table_of(Mutants()
                                        .add("native", "a", to_be_caught("residue"), Verdict::fail)
                                        .add("native", "b", to_be_caught("of-tomorrow"), Verdict::fail)
                                        .add("native", "c", to_be_caught(""), Verdict::fail)
                                        .add("native", "d", to_be_caught("data-race"), Verdict::fail));
  std::vector<std::string> ids;
  for (const ClassRow& row : table.rows) ids.push_back(row.id);
  BOOST_TEST(ids == (std::vector<std::string>{"data-race", "residue", "of-tomorrow"}),
             boost::test_tools::per_element());
}

// Three classes: one seen by tsan alone, one that is nowhere visible, one that native left out.
Mutants three_classes() {
  return Mutants()
      .add("native", "a", not_shown("relaxed-order"), Verdict::pass)
      .add("tsan", "a", to_be_caught("relaxed-order"), Verdict::fail)
      .add("native", "b", not_shown("all-atomic-order"), Verdict::pass)
      .add("tsan", "b", not_shown("all-atomic-order", "no | race"), Verdict::pass)
      .add("tsan", "c", to_be_caught("data-race"), Verdict::fail)
      .note("crash-in-lock on native: skipped: there is no tsan here");
}

BOOST_AUTO_TEST_CASE(the_terminal_has_it_side_by_side_with_each_reason_once_below) {
  const RunRecord record = three_classes().record();
  const std::string text = terminal_summary(record, outcome_of(record.plan, record.results));
  BOOST_TEST(text.find(R"(class of mistake  native           tsan
relaxed-order     not visible [1]  caught 1 of 1
all-atomic-order  not visible [1]  not visible [2]
data-race         not run [3]      caught 1 of 1
[1] not visible: x86-64 keeps this order
[2] not visible: no | race
[3] not run: there is no tsan here
)") != std::string::npos,
             text);
}

BOOST_AUTO_TEST_CASE(one_target_alone_has_no_table_on_the_terminal) {
  RunRecord record = Mutants().add("native", "a", to_be_caught("data-race"), Verdict::fail).record();
  record.info.targets.pop_back();
  BOOST_TEST(terminal_summary(record, outcome_of(record.plan, record.results)).find("class of mistake") ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_page_of_a_job_has_the_reasons_in_its_cells) {
  const std::string text = ReportFormats::instance().find("markdown")->render(three_classes().record());
  BOOST_TEST(text.find(R"(### Classes of mistakes

| class | mistake | native | tsan |
|---|---|---|---|
| relaxed-order | plain data behind a flag without release and acquire | not visible: x86-64 keeps this order | caught 1 of 1 |
| all-atomic-order | all is atomic, and in the wrong order | not visible: x86-64 keeps this order | not visible: no \| race |
| data-race | a lock is missing | not run: there is no tsan here | caught 1 of 1 |
)") != std::string::npos,
             text);
}

BOOST_AUTO_TEST_CASE(a_run_without_a_class_has_no_table) {
  const std::string text = ReportFormats::instance().find("markdown")->render(quiet_record());
  BOOST_TEST(text.find("Classes of mistakes") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(programs_get_the_numbers_and_the_bare_reasons) {
  const nlohmann::json classes = classes_json(table_of(three_classes()));
  BOOST_TEST(classes.at(0).at("class") == "relaxed-order");
  BOOST_TEST(classes.at(0).at("targets").at(0) ==
             (nlohmann::json{{"target", "native"},
                             {"caught", 0},
                             {"missed", 0},
                             {"mutants", 1},
                             {"not_visible", nlohmann::json::array({kUnseen})},
                             {"not_run", nlohmann::json::array()}}));
  BOOST_TEST(classes.at(2).at("targets").at(0).at("not_run").at(0) == "there is no tsan here");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

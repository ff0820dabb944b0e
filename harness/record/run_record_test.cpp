#include "record/run_record.h"

#include <boost/test/unit_test.hpp>

#include "record/temporary_folder.h"

namespace harness {
namespace {

constexpr const char* kCase = "crash-in-lock/native/robust/owner@probe:lock.held=kill";

const RunInfo kInfo = {
    .id = "20240102-030405-1a2b",
    .started_at = "2024-01-02T03:04:05Z",
    .version = "0.1.0",
    .commit = "abc1234",
    .host = {.kernel = "6.1.0", .arch = "x86_64", .cpus = 2, .emulated = false},
    .command_line = {"harness", "run", "crash-in-lock"},
    .targets = {{.id = "native", .shows = {"crash recovery"}, .cannot_show = {"weak ordering"}, .lost = {}}}};

Plan one_case_plan() {
  Case plan;
  plan.id = kCase;
  plan.scenario = "crash-in-lock";
  plan.mechanism = "shm-mutex";
  plan.target = "native";
  plan.variant = "robust";
  plan.seed = 7;
  plan.faults = {{.victim = "owner", .at = {.name = "lock.held"}, .action = {.name = "kill"}}};
  return {.seed = 7, .cases = {plan}, .notes = {"lock-pi: left out, not built"}};
}

const History kHistory = {{.index = 0,
                           .time_ns = 10,
                           .role = "owner",
                           .pid = 4,
                           .tid = 4,
                           .kind = EventKind::reached,
                           .name = "lock.held"},
                          {.index = 1,
                           .time_ns = 20,
                           .role = "owner",
                           .pid = 4,
                           .tid = 4,
                           .kind = EventKind::fault,
                           .name = "kill"}};

const CaseResult kResult = {.id = kCase,
                            .verdict = Verdict::fail,
                            .findings = {{.checker = "progress",
                                          .verdict = Verdict::fail,
                                          .message = "waiter is blocked for ever",
                                          .events = {1}}},
                            .as_expected = false,
                            .duration_ns = 1'200'000,
                            .faults_planned = 1,
                            .faults_fired = 1};

void write_run(const std::string& directory) {
  auto writer = RunWriter::create(directory);
  BOOST_REQUIRE(writer.ok());
  BOOST_REQUIRE(writer->write_plan(kInfo, one_case_plan()).ok());
  BOOST_REQUIRE(writer->append(kCase, kHistory).ok());
  BOOST_REQUIRE(writer->write_verdict({kResult}, true).ok());
}

std::string error_of(const Result<RunRecord>& record) {
  return record.ok() ? "no error" : record.error().message;
}

template <typename T>
std::string json_of(const T& value) {
  return nlohmann::json(value).dump(1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_record)

BOOST_AUTO_TEST_CASE(what_was_written_is_read_again) {
  const TemporaryFolder folder;
  const std::string directory = folder.path("reports/out/run");
  write_run(directory);
  const auto record = read_run(directory);
  BOOST_REQUIRE_MESSAGE(record.ok(), error_of(record));
  BOOST_CHECK(record->info == kInfo);
  BOOST_TEST(json_of(record->plan) == json_of(one_case_plan()));
  BOOST_TEST(json_of(record->histories) == json_of(std::map<std::string, History>{{kCase, kHistory}}));
  BOOST_TEST(json_of(record->results) == json_of(std::vector<CaseResult>{kResult}));
  BOOST_TEST(record->complete);
  BOOST_TEST(record->directory == directory);
}

BOOST_AUTO_TEST_CASE(the_history_is_one_event_a_line_and_the_last_of_a_case_says_so) {
  const TemporaryFolder folder;
  write_run(folder.path("run"));
  BOOST_TEST(
      folder.read("run/history.jsonl") ==
      R"({"case":"crash-in-lock/native/robust/owner@probe:lock.held=kill","data":{},"index":0,"kind":"reached",)"
      R"("name":"lock.held","pid":4,"role":"owner","tid":4,"time_ns":10})"
      "\n"
      R"({"case":"crash-in-lock/native/robust/owner@probe:lock.held=kill","data":{},"index":1,"kind":"fault",)"
      R"("last":true,"name":"kill","pid":4,"role":"owner","tid":4,"time_ns":20})"
      "\n");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_replaced_instead_of_lost) {
  const TemporaryFolder folder;
  auto writer = RunWriter::create(folder.path("run"));
  BOOST_REQUIRE(writer.ok());
  BOOST_REQUIRE(writer->write_plan(kInfo, one_case_plan()).ok());
  BOOST_REQUIRE(
      writer->append(kCase, {{.kind = EventKind::output, .name = "stdout", .data = {{"text", "a\xff z"}}}})
          .ok());
  const auto record = read_run(folder.path("run"));
  BOOST_REQUIRE_MESSAGE(record.ok(), error_of(record));
  BOOST_TEST(record->histories.at(kCase)[0].data.at("text") == "a\xEF\xBF\xBD z");
}

BOOST_AUTO_TEST_CASE(a_folder_with_other_files_is_refused_and_left_alone) {
  const TemporaryFolder folder;
  folder.write("home/thesis.txt", "years of work");
  const auto writer = RunWriter::create(folder.path("home"));
  BOOST_REQUIRE(!writer.ok());
  BOOST_TEST(writer.error().message ==
             "--out \"" + folder.path("home") +
                 "\": this folder holds files of other kinds; choose a new or empty one");
  BOOST_CHECK(writer.error().blame == Blame::usage);
  BOOST_TEST(!folder.has("home/history.jsonl"));
}

BOOST_AUTO_TEST_CASE(an_earlier_run_gives_way_with_its_verdict_and_its_reports) {
  const TemporaryFolder folder;
  write_run(folder.path("run"));
  folder.write("run/report.json", "{\"verdict\": \"pass\"}");
  folder.write("run/notes.txt", "mine");
  BOOST_TEST(RunWriter::create(folder.path("run"), {"report.json", "junit.xml"}).ok());
  for (const char* name : {"plan.json", "verdict.json", "report.json"})
    BOOST_TEST(!folder.has(std::string("run/") + name));
  BOOST_TEST(folder.read("run/history.jsonl") == "");
  BOOST_TEST(folder.read("run/notes.txt") == "mine");
}

BOOST_AUTO_TEST_CASE(two_runs_never_share_a_folder) {
  const TemporaryFolder folder;
  const auto first = RunWriter::create(folder.path("run"));
  BOOST_REQUIRE(first.ok());
  const auto second = RunWriter::create(folder.path("run"));
  BOOST_REQUIRE(!second.ok());
  BOOST_TEST(second.error().message ==
             "--out \"" + folder.path("run") + "\": another run is writing there; choose another folder");
}

BOOST_AUTO_TEST_CASE(an_out_that_cannot_be_made_is_the_callers_to_change) {
  const TemporaryFolder folder;
  folder.write("file", "");
  for (const std::string& out :
       {folder.path("file"), folder.path("file/below"), std::string("/proc/nowhere/run")}) {
    const auto writer = RunWriter::create(out);
    BOOST_REQUIRE(!writer.ok());
    BOOST_TEST_CONTEXT(writer.error().message) {
      BOOST_CHECK(writer.error().blame == Blame::usage);
      BOOST_TEST(writer.error().message.starts_with("--out \"" + out + "\": cannot make this folder: "));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_run_that_was_killed_is_read_as_incomplete) {
  const TemporaryFolder folder;
  write_run(folder.path("run"));
  std::filesystem::remove(folder.path("run/verdict.json"));
  const auto record = read_run(folder.path("run"));
  BOOST_REQUIRE_MESSAGE(record.ok(), error_of(record));
  BOOST_TEST(!record->complete);
  BOOST_TEST(record->results.empty());
  BOOST_TEST(record->histories.at(kCase).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_history_that_was_cut_off_says_what_is_lost) {
  const TemporaryFolder folder;
  write_run(folder.path("run"));
  const std::string whole = folder.read("run/history.jsonl");
  const size_t first_line = whole.find('\n') + 1;
  for (const size_t kept : {first_line, first_line + 20, whole.size() - 1}) {
    folder.write("run/history.jsonl", whole.substr(0, kept));
    const auto record = read_run(folder.path("run"));
    BOOST_REQUIRE_MESSAGE(record.ok(), error_of(record));
    const History& history = record->histories.at(kCase);
    BOOST_REQUIRE(history.size() == 3u);
    BOOST_CHECK(history[1].kind == EventKind::lost);
    BOOST_TEST(history[1].name == "operations");
    BOOST_TEST(history[2].name == "residue");
    BOOST_TEST(history[2].data.at("reason") == "history.jsonl ends in the middle of this case");
  }
}

BOOST_AUTO_TEST_CASE(a_folder_without_a_plan_is_not_a_run_folder) {
  const TemporaryFolder folder;
  BOOST_TEST(error_of(read_run(folder.path())) ==
             "\"" + folder.path() +
                 "\" is not a run folder: it has no plan.json; name one that harness run made, such as "
                 "reports/out/latest");
}

BOOST_AUTO_TEST_CASE(bad_json_is_shown_with_its_file_and_line) {
  const TemporaryFolder folder;
  write_run(folder.path("run"));
  folder.write("run/plan.json", "{\n \"schema\": \"harness-plan/1\",\n \"info\" 3\n}\n");
  BOOST_TEST(error_of(read_run(folder.path("run"))) ==
             folder.path("run/plan.json") +
                 ":3: syntax error while parsing object separator - unexpected number "
                 "literal; expected ':'");
}

BOOST_AUTO_TEST_CASE(a_broken_line_in_the_middle_of_a_history_is_not_tolerated) {
  const TemporaryFolder folder;
  write_run(folder.path("run"));
  const std::string whole = folder.read("run/history.jsonl");
  folder.write("run/history.jsonl", "{\"case\": \"a\", \"kind\": \"reached\"}\n" + whole);
  BOOST_TEST(error_of(read_run(folder.path("run"))) ==
             folder.path("run/history.jsonl") + ":1: key 'index' not found");
}

BOOST_AUTO_TEST_CASE(for_reports_only_what_they_need_of_many_ordinary_cases_is_read) {
  const TemporaryFolder folder;
  auto writer = RunWriter::create(folder.path("run"));
  BOOST_REQUIRE(writer.ok());
  BOOST_REQUIRE(writer->write_plan(kInfo, one_case_plan()).ok());
  History many = kHistory;
  for (int i = 2; i < 60'000; ++i) many.push_back({.index = i, .kind = EventKind::reached, .name = "again"});
  std::vector<CaseResult> results;
  for (const char* id : {"usual", "one more", "too much", "surprise"}) {
    BOOST_REQUIRE(writer->append(id, many).ok());
    results.push_back({.id = id, .verdict = Verdict::fail, .as_expected = std::string(id) != "surprise"});
  }
  BOOST_REQUIRE(writer->write_verdict(results, true).ok());

  const auto record = read_run(folder.path("run"), HistoryDetail::for_reports);
  BOOST_REQUIRE_MESSAGE(record.ok(), error_of(record));
  BOOST_TEST(record->histories.at("usual").size() == 60'000u);
  BOOST_TEST(json_of(record->histories.at("too much")) == json_of(History{kHistory[1]}));
  BOOST_TEST(record->histories.at("surprise").size() == 60'000u);
  BOOST_TEST(read_run(folder.path("run"))->histories.at("too much").size() == 60'000u);

  const std::string whole = folder.read("run/history.jsonl");
  folder.write("run/history.jsonl", whole.substr(0, whole.find("{\"case\":\"surprise\"") - 300));
  const auto cut_off = read_run(folder.path("run"), HistoryDetail::for_reports);
  BOOST_REQUIRE_MESSAGE(cut_off.ok(), error_of(cut_off));
  BOOST_CHECK(cut_off->histories.at("too much").back().kind == EventKind::lost);
  folder.write("run/history.jsonl", "{\"case\":\"\xff\",\"kind\":\"reached\"}\n" + whole);
  BOOST_TEST(error_of(read_run(folder.path("run"), HistoryDetail::for_reports))
                 .starts_with(folder.path("run/history.jsonl") + ":1: "));
  const size_t passed_over = whole.rfind("{\"case\":\"too much\"");
  const auto line =
      1 + std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(passed_over), '\n');
  folder.write("run/history.jsonl", whole.substr(0, passed_over) +
                                        "{\"case\":\"too much\",\"kind\":\"odd\"}\n" +
                                        whole.substr(passed_over));
  BOOST_TEST(error_of(read_run(folder.path("run"), HistoryDetail::for_reports)) ==
             folder.path("run/history.jsonl") + ":" + std::to_string(line) + ": key 'index' not found");
}

BOOST_AUTO_TEST_CASE(a_record_of_another_version_is_refused_by_name) {
  const TemporaryFolder folder;
  write_run(folder.path("run"));
  folder.write("run/verdict.json", R"({"schema": "harness-verdict/9"})");
  BOOST_TEST(error_of(read_run(folder.path("run"))) ==
             folder.path("run/verdict.json") +
                 ":1: schema \"harness-verdict/9\", but this harness reads \"harness-verdict/1\"; use the "
                 "version that "
                 "wrote it");
  folder.write("run/verdict.json", "[]");
  BOOST_TEST(error_of(read_run(folder.path("run"))) ==
             folder.path("run/verdict.json") + ":1: no \"schema\"; expected \"harness-verdict/1\"");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

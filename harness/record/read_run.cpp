#include <algorithm>
#include <filesystem>
#include <future>

#include "record/bad_record.h"
#include "record/checked_file.h"
#include "record/history_reader.h"
#include "record/run_record.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

size_t line_of(const std::string& text, size_t byte) {
  return 1 + static_cast<size_t>(std::count(text.begin(), text.begin() + std::min(byte, text.size()), '\n'));
}

Result<nlohmann::json> parse_json(const std::string& path, const std::string& text) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return bad_record(path, line_of(text, error.byte == 0 ? 0 : error.byte - 1), reason_of(error));
  }
}

Result<std::string> read_part(const std::string& directory, std::string_view file) {
  auto text = read_whole_file((fs::path(directory) / file).string());
  if (text) return text;
  Error error = text.error();
  error.blame = Blame::usage;
  if (error.code == ENOENT || error.code == ENOTDIR) {
    error.message = "\"" + directory + "\" is not a run folder: it has no " + std::string(file) +
                    "; name one that harness run made, such as reports/out/latest";
  }
  return error;
}

Status check_schema(const std::string& path, const nlohmann::json& json, std::string_view wanted) {
  const auto found = json.is_object() ? json.find("schema") : json.end();
  if (!json.is_object() || found == json.end() || !found->is_string()) {
    return bad_record(path, 1, "no \"schema\"; expected \"" + std::string(wanted) + "\"");
  }
  if (*found == wanted) return done();
  return bad_record(path, 1,
                    "schema \"" + found->get<std::string>() + "\", but this harness reads \"" +
                        std::string(wanted) + "\"; use the version that wrote it");
}

Status read_plan(const std::string& directory, RunRecord& record) {
  const std::string path = (fs::path(directory) / kPlanFile).string();
  ASSIGN_OR_RETURN(const std::string text, read_part(directory, kPlanFile));
  ASSIGN_OR_RETURN(const nlohmann::json json, parse_json(path, text));
  TRY(check_schema(path, json, kPlanSchema));
  return understood(path, 1, [&] {
    json.at("info").get_to(record.info);
    json.at("plan").get_to(record.plan);
  });
}

Status read_verdict(const std::string& directory, RunRecord& record) {
  const std::string path = (fs::path(directory) / kVerdictFile).string();
  if (std::error_code code; !fs::exists(path, code) && !code) return done();
  ASSIGN_OR_RETURN(const std::string text, read_part(directory, kVerdictFile));
  ASSIGN_OR_RETURN(const nlohmann::json json, parse_json(path, text));
  TRY(check_schema(path, json, kVerdictSchema));
  return understood(path, 1, [&] {
    json.at("complete").get_to(record.complete);
    json.at("results").get_to(record.results);
  });
}

Status read_histories_and_verdict(const std::string& directory, HistoryDetail detail, RunRecord& record) {
  TRY(read_verdict(directory, record));
  ASSIGN_OR_RETURN(std::string history, read_part(directory, kHistoryFile));
  HistoryReader reader((fs::path(directory) / kHistoryFile).string(), record.histories);
  if (detail == HistoryDetail::for_reports) reader.keep_for_reports(record.results);
  return reader.read(std::move(history));
}

}  // namespace

Result<RunRecord> read_run(const std::string& directory, HistoryDetail detail) {
  RunRecord record;
  record.directory = directory;
  // Each is the most of the work of its kind, and neither needs the other.
  std::future<Status> plan = std::async(std::launch::async, [&] { return read_plan(directory, record); });
  const Status rest = read_histories_and_verdict(directory, detail, record);
  TRY(plan.get());
  TRY(rest);
  return record;
}

Result<RunRecord> read_whole_run(const std::string& directory, HistoryDetail detail) {
  ASSIGN_OR_RETURN(RunRecord record, read_run(directory, detail));
  if (!record.info.shard) return record;
  return usage_error("\"" + directory + "\" is shard " + to_string(*record.info.shard) +
                     " of a run; merge all of them first: harness report merge DIR… --out DIR");
}

}  // namespace harness

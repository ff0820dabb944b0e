#include <algorithm>
#include <filesystem>
#include <system_error>

#include "record/checked_file.h"
#include "record/run_record.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

std::string path_in(const std::string& directory, std::string_view file) {
  return (fs::path(directory) / file).string();
}

// A subject may print any bytes; JSON is UTF-8, so what is not becomes U+FFFD instead of an exception.
std::string to_text(const nlohmann::json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// A folder that cannot be used is the caller's to change; a full or broken disk is the ground giving way.
Error out_error(const std::string& directory, const std::string& why, int code) {
  const bool ground = code == ENOSPC || code == EDQUOT || code == EIO || code == EMFILE || code == ENFILE;
  return {"--out \"" + directory + "\": " + why, ground ? Blame::internal : Blame::usage, code};
}

Status make_folder(const std::string& directory) {
  std::error_code code;
  fs::create_directories(directory, code);
  if (!code && !fs::is_directory(directory, code) && !code)
    code = std::make_error_code(std::errc::not_a_directory);
  if (!code) return done();
  return out_error(directory,
                   "cannot make this folder: " + code.message() + "; choose one that you may write to",
                   code.value());
}

bool is_record_file(const std::string& name) {
  return name == kPlanFile || name == kHistoryFile || name == kVerdictFile ||
         name == std::string(kPlanFile) + ".new" || name == std::string(kVerdictFile) + ".new";
}

// An earlier run may have been killed before its plan was written: then nothing but record files is there.
Result<bool> is_empty_or_run_folder(const std::string& directory) {
  std::error_code code;
  bool only_record_files = true;
  for (fs::directory_iterator entry(directory, code), end; !code && entry != end; entry.increment(code)) {
    only_record_files = only_record_files && is_record_file(entry->path().filename().string());
  }
  if (code) return out_error(directory, "cannot look into this folder: " + code.message(), code.value());
  if (only_record_files) return true;
  const auto plan = read_whole_file(path_in(directory, kPlanFile));
  return plan.ok() && plan->find("\"harness-plan/") != std::string::npos;
}

Status remove_files(const std::string& directory, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    std::error_code code;
    fs::remove(fs::path(directory) / name, code);
    if (code) {
      return out_error(directory, "cannot remove " + name + " of an earlier run: " + code.message(),
                       code.value());
    }
  }
  return done();
}

std::string history_lines(const std::string& case_id, const History& history) {
  std::string text;
  for (const Event& event : history) {
    const bool is_last = &event == &history.back();  // tells a whole history from one that was cut off
    append_json(text, event, case_id, is_last);
    text += '\n';
  }
  return text;
}

}  // namespace

// history.jsonl, claimed for the life of the run.
class RunWriter::HistoryFile {
 public:
  explicit HistoryFile(CheckedFile opened) : file(std::move(opened)) {}
  CheckedFile file;
};

RunWriter::RunWriter(std::string directory, std::unique_ptr<HistoryFile> history)
    : directory_(std::move(directory)), history_(std::move(history)) {}
RunWriter::RunWriter(RunWriter&&) noexcept = default;
RunWriter& RunWriter::operator=(RunWriter&&) noexcept = default;
RunWriter::~RunWriter() = default;

Result<RunWriter> RunWriter::create(const std::string& directory, const std::vector<std::string>& derived) {
  if (directory.empty())
    return usage_error("--out is empty; name a folder, or leave it out for reports/out/<run id>");
  TRY(make_folder(directory));
  ASSIGN_OR_RETURN(const bool usable, is_empty_or_run_folder(directory));
  if (!usable) {
    return usage_error("--out \"" + directory +
                       "\": this folder holds files of other kinds; choose a new or empty one");
  }
  auto history = CheckedFile::open(path_in(directory, kHistoryFile));
  if (!history) return out_error(directory, history.error().message, history.error().code);
  ASSIGN_OR_RETURN(const bool claimed, history->claim());
  if (!claimed)
    return usage_error("--out \"" + directory + "\": another run is writing there; choose another folder");
  TRY(remove_files(directory, {std::string(kPlanFile), std::string(kVerdictFile)}));
  TRY(remove_files(directory, derived));
  TRY(history->clear());
  return RunWriter(directory, std::make_unique<HistoryFile>(std::move(*history)));
}

Status RunWriter::write_plan(const RunInfo& info, const Plan& plan) {
  const nlohmann::json json = {{"schema", kPlanSchema}, {"info", info}, {"plan", plan}};
  return write_whole_file(path_in(directory_, kPlanFile), to_text(json, 1));
}

Status RunWriter::append(const std::string& case_id, const History& history) {
  return history_->file.append(history_lines(case_id, history));
}

Status RunWriter::write_verdict(const std::vector<CaseResult>& results, bool complete) {
  const nlohmann::json json = {{"schema", kVerdictSchema}, {"complete", complete}, {"results", results}};
  return write_whole_file(path_in(directory_, kVerdictFile), to_text(json, 1));
}

}  // namespace harness

#include <algorithm>
#include <filesystem>
#include <set>

#include "record/checked_file.h"
#include "record/run_record.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

// nlohmann's message without its "[json.exception.parse_error.101] parse error at line 3, column 0: ": the
// place is said by bad_record, and nlohmann's line would be wrong for a file with one document a line.
std::string reason(const std::exception& exception) {
  std::string text = exception.what();
  if (const size_t id = text.find("] "); text.starts_with('[') && id != std::string::npos)
    text.erase(0, id + 2);
  if (const size_t place = text.find(": "); text.starts_with("parse error at ")) text.erase(0, place + 2);
  return text;
}

Error bad_record(const std::string& path, size_t line, const std::string& why) {
  return usage_error(path + ":" + std::to_string(line) + ": " + why);
}

size_t line_of(const std::string& text, size_t byte) {
  return 1 + static_cast<size_t>(std::count(text.begin(), text.begin() + std::min(byte, text.size()), '\n'));
}

Result<nlohmann::json> parse_json(const std::string& path, const std::string& text) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return bad_record(path, line_of(text, error.byte == 0 ? 0 : error.byte - 1), reason(error));
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

// Runs a step that reads values out of JSON, where a missing key or a wrong type throws.
template <typename Step>
Status understood(const std::string& path, size_t line, const Step& step) {
  try {
    step();
    return done();
  } catch (const nlohmann::json::exception& error) {
    return bad_record(path, line, reason(error));
  }
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

// Reads the lines of history.jsonl and remembers which cases were not finished.
class HistoryReader {
 public:
  HistoryReader(std::string path, std::map<std::string, History>& histories)
      : path_(std::move(path)), histories_(histories) {}

  Status read(std::string_view text) {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      ++line_;
      // Only a writer that was stopped in the middle leaves a line without its end.
      if (end == std::string_view::npos) break;
      TRY(read_line(std::string(text.substr(0, end))));
      text.remove_prefix(end + 1);
    }
    for (const std::string& id : unfinished_) mark_cut_off(histories_[id]);
    return done();
  }

 private:
  Status read_line(const std::string& line) {
    nlohmann::json json;
    try {
      json = nlohmann::json::parse(line);
    } catch (const nlohmann::json::parse_error& error) {
      return bad_record(path_, line_, reason(error));
    }
    return understood(path_, line_, [&] { take(json); });
  }

  void take(const nlohmann::json& json) {
    const auto id = json.at("case").get<std::string>();
    histories_[id].push_back(json.get<Event>());
    if (json.value("last", false)) {
      unfinished_.erase(id);
    } else {
      unfinished_.insert(id);
    }
  }

  // What is missing may be any event at all, so nothing that needs operations or residue may pass on this
  // history.
  static void mark_cut_off(History& history) {
    const int64_t time = history.empty() ? 0 : history.back().time_ns;
    for (const char* what : {"operations", "residue"}) {
      Event lost;
      lost.index = static_cast<int>(history.size());
      lost.time_ns = time;
      lost.kind = EventKind::lost;
      lost.name = what;
      lost.data = {{"reason", "history.jsonl ends in the middle of this case"}};
      history.push_back(std::move(lost));
    }
  }

  std::string path_;
  std::map<std::string, History>& histories_;
  std::set<std::string> unfinished_;
  size_t line_ = 0;
};

}  // namespace

Result<RunRecord> read_run(const std::string& directory) {
  RunRecord record;
  record.directory = directory;
  TRY(read_plan(directory, record));
  ASSIGN_OR_RETURN(const std::string history, read_part(directory, kHistoryFile));
  TRY(HistoryReader((fs::path(directory) / kHistoryFile).string(), record.histories).read(history));
  TRY(read_verdict(directory, record));
  return record;
}

Result<RunRecord> read_whole_run(const std::string& directory) {
  ASSIGN_OR_RETURN(RunRecord record, read_run(directory));
  if (!record.info.shard) return record;
  return usage_error("\"" + directory + "\" is shard " + to_string(*record.info.shard) +
                     " of a run; merge all of them first: harness report merge DIR… --out DIR");
}

}  // namespace harness

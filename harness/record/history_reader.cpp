#include "record/history_reader.h"

#include <simdjson.h>

#include "record/bad_record.h"

namespace harness {
namespace {

// What is missing may be any event at all, so nothing that needs operations or residue may pass on this
// history.
void mark_cut_off(History& history) {
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

// How RunWriter begins each line, up to the end of the case's id: within a JSON string no quotation mark
// stands alone. "" for a line that was written otherwise.
std::string_view beginning_of(std::string_view line) {
  constexpr std::string_view kCase = "{\"case\":\"";
  if (line.substr(0, kCase.size()) != kCase) return {};
  const size_t end = line.find("\",\"", kCase.size());
  return end == std::string_view::npos ? std::string_view() : line.substr(0, end + 1);
}

// The id at the end of such a beginning; "" when it is none.
std::string id_in(std::string_view beginning) {
  const size_t colon = beginning.find(':');
  if (colon == std::string_view::npos) return "";
  const auto id = nlohmann::json::parse(beginning.substr(colon + 1), nullptr, false);
  return id.is_string() ? id.get<std::string>() : "";
}

}  // namespace

// Lines that follow each other and are of one case.
struct HistoryReader::Block {
  std::string id;  // "" when it is not plain to see
  std::vector<std::string_view> lines;
};

void HistoryReader::keep_for_reports(const std::vector<CaseResult>& results) {
  for (const CaseResult& result : results) results_[result.id] = &result;
}

Status HistoryReader::read(std::string text) {
  const size_t size = text.size();
  text.append(simdjson::SIMDJSON_PADDING, '\0');  // it reads beyond the end
  std::string_view rest(text.data(), size);
  Block block;
  std::string_view beginning;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    // Only a writer that was stopped in the middle leaves a line without its end.
    if (end == std::string_view::npos) break;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const bool is_next = !beginning.empty() && line.substr(0, beginning.size()) == beginning;
    if (!is_next) {
      TRY(read_block(block));
      beginning = results_.empty() ? std::string_view() : beginning_of(line);
      block = {.id = id_in(beginning)};
    }
    block.lines.push_back(line);
  }
  TRY(read_block(block));
  for (const std::string& id : unfinished_) mark_cut_off(histories_[id]);
  return done();
}

Status HistoryReader::read_block(const Block& block) {
  const auto result = results_.find(block.id);
  const bool is_whole = result == results_.end() || kept_.is_whole(*result->second, block.lines.size());
  bool is_last = false;
  for (const std::string_view& line : block.lines) {
    ++line_;
    if (is_whole || !passes_over(line, is_last)) {
      TRY(read_line(line));
    } else if (is_last) {
      unfinished_.erase(block.id);
    } else if (&line == &block.lines.back()) {
      unfinished_.insert(block.id);
    }
  }
  return done();
}

Status HistoryReader::read_line(std::string_view line) {
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(line);
  } catch (const nlohmann::json::parse_error& error) {
    return bad_record(path_, line_, reason_of(error));
  }
  return understood(path_, line_, [&] {
    const auto id = json.at("case").get<std::string>();
    histories_[id].push_back(json.get<Event>());
    if (json.value("last", false)) {
      unfinished_.erase(id);
    } else {
      unfinished_.insert(id);
    }
  });
}

// Whether this line is an event as it should be, and of no kind that is kept. Whatever is wrong with it is
// said by whoever reads it then.
bool HistoryReader::passes_over(std::string_view line, bool& is_last) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::object event;
  if (parser.parse(line.data(), line.size(), false).get(event) != simdjson::SUCCESS) return false;
  for (const char* number : {"index", "time_ns", "pid", "tid"}) {
    if (!event[number].is_int64()) return false;
  }
  std::string_view kind;
  std::string_view text;
  if (event["role"].get(text) != simdjson::SUCCESS || event["name"].get(text) != simdjson::SUCCESS ||
      event["data"].error() != simdjson::SUCCESS || event["kind"].get(kind) != simdjson::SUCCESS)
    return false;
  const auto known = event_kind(kind);
  if (!known || KeptEvents::has(*known)) return false;
  if (event["last"].get(is_last) != simdjson::SUCCESS) is_last = false;
  return true;
}

}  // namespace harness

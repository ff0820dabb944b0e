// HistoryReader: history.jsonl, line by line.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/event.h"
#include "core/finding.h"
#include "record/kept_events.h"

namespace harness {

class HistoryReader {
 public:
  // `path` is what errors name. The histories are added to.
  HistoryReader(std::string path, std::map<std::string, History>& histories)
      : path_(std::move(path)), histories_(histories) {}

  // Of cases with these results only what KeptEvents says is read; the rest of the lines is checked, and
  // passed over, which is faster than reading them.
  void keep_for_reports(const std::vector<CaseResult>& results);

  // A case that was not finished gets a `lost` event each for operations and residue.
  Status read(std::string text);

 private:
  struct Block;
  Status read_block(const Block& block);
  Status read_line(std::string_view line);
  bool passes_over(std::string_view line, bool& is_last);

  std::string path_;
  std::map<std::string, History>& histories_;
  std::map<std::string, const CaseResult*, std::less<>> results_;  // of whose cases not all is read
  KeptEvents kept_;
  std::set<std::string> unfinished_;
  size_t line_ = 0;
};

}  // namespace harness

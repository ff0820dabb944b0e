// ReportFormat: one way to render a run record as a file. One .cpp per format, which registers itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/registry.h"
#include "record/run_record.h"

namespace harness {

class ReportFormat {
 public:
  virtual ~ReportFormat() = default;

  // What `--format` takes: html, json, junit, markdown.
  virtual std::string_view id() const = 0;

  // One line for the help text.
  virtual std::string_view summary() const = 0;

  // The file's name within the run folder.
  virtual std::string_view file_name() const = 0;

  // Whether every run folder gets the file, or only who asks for it by `harness report`.
  virtual bool is_in_every_run_folder() const { return true; }

  // The whole file. Pure: the same record gives the same bytes. Always valid UTF-8, whatever a subject
  // printed.
  virtual std::string render(const RunRecord& record) const = 0;
};

using ReportFormats = Registry<ReportFormat>;

// The file names of all formats: what RunWriter::create removes when it takes over an earlier run's folder.
std::vector<std::string> report_file_names();

}  // namespace harness

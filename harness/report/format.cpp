#include "report/format.h"

namespace harness {

std::vector<std::string> report_file_names() {
  std::vector<std::string> names;
  for (const ReportFormat* format : ReportFormats::instance().all()) names.emplace_back(format->file_name());
  return names;
}

}  // namespace harness

// KnownReport: a report of a sanitizer that is known to be no mistake of the program, why, and until when
// that is believed. The option of sanitizer_clean:
//     { sanitizer_clean: { known: [ { report: data race, at: subjects/x/y.h, because: "…", until: 2027-06-30
//     } ] } }
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "check/sanitizer_report.h"
#include "core/case.h"

namespace harness {

struct KnownReport {
  std::string report;   // a part of its kind
  std::string at;       // a part of its place
  std::string because;  // the explanation, with where it comes from
  std::string until;    // the last day, as 2027-06-30

  bool is_about(const SanitizerReport& report) const;
};

// Error (usage): what is missing or no day.
Result<std::vector<KnownReport>> known_reports(const nlohmann::json& options);

// Those of the case's sanitizer_clean; none where its options are not understood.
std::vector<KnownReport> known_reports_of(const Case& plan);

bool is_known(const std::vector<KnownReport>& known, const SanitizerReport& report);

// Of the options those that still hold on that day; the others are added to `over`.
nlohmann::json in_force(const nlohmann::json& options, const std::string& day,
                        std::vector<KnownReport>& over);

}  // namespace harness

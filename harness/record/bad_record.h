// How errors in the files of a run folder are told: file, line, and what was expected there.
#pragma once

#include <exception>
#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace harness {

// nlohmann's message without its "[json.exception.parse_error.101] parse error at line 3, column 0: ": the
// place is said by bad_record, and nlohmann's line would be wrong for a file with one document a line.
std::string reason_of(const std::exception& exception);

// The caller's (Blame::usage).
Error bad_record(const std::string& path, size_t line, const std::string& why);

// Runs a step that reads values out of JSON, where a missing key or a wrong type throws.
template <typename Step>
Status understood(const std::string& path, size_t line, const Step& step) {
  try {
    step();
    return done();
  } catch (const nlohmann::json::exception& error) {
    return bad_record(path, line, reason_of(error));
  }
}

}  // namespace harness

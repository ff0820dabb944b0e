#include "record/bad_record.h"

namespace harness {

std::string reason_of(const std::exception& exception) {
  std::string text = exception.what();
  if (const size_t id = text.find("] "); text.starts_with('[') && id != std::string::npos)
    text.erase(0, id + 2);
  if (const size_t place = text.find(": "); text.starts_with("parse error at ")) text.erase(0, place + 2);
  return text;
}

Error bad_record(const std::string& path, size_t line, const std::string& why) {
  return usage_error(path + ":" + std::to_string(line) + ": " + why);
}

}  // namespace harness

// HandlerLog: the supervisor's side of what the watch over signal handlers writes (probe/handler_log.h).
#pragma once

#include <string>

#include "base/result.h"
#include "os/fd.h"

namespace harness {

class HandlerLog {
 public:
  // Makes the file. It stays from case to case, since the zygotes of the role have it mapped.
  static Result<HandlerLog> create(const std::string& path);

  const std::string& path() const { return path_; }

  // Makes it empty.
  Status begin();

  // The lines in it.
  std::string text() const;

 private:
  HandlerLog(std::string path, Fd file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  Fd file_;
};

}  // namespace harness

#include "run/handler_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "probe/handler_log.h"

namespace harness {

Result<HandlerLog> HandlerLog::create(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.is_open()) return system_error("cannot make " + path);
  return HandlerLog(path, std::move(file));
}

Status HandlerLog::begin() {
  for (const off_t size : {off_t{0}, static_cast<off_t>(sizeof(harness_handler_log))}) {
    if (::ftruncate(file_.get(), size) != 0) return system_error("cannot empty " + path_);
  }
  return done();
}

// What a process reserved and did not live to write is zeroes.
std::string HandlerLog::text() const {
  const auto log = std::make_unique<harness_handler_log>();
  if (::pread(file_.get(), log.get(), sizeof *log, 0) != static_cast<ssize_t>(sizeof *log)) return "";
  std::string text(log->text, std::min<size_t>(log->used, sizeof log->text));
  std::erase(text, '\0');
  return text;
}

}  // namespace harness

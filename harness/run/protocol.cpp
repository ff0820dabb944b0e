#include "run/protocol.h"

#include <sys/socket.h>
#include <unistd.h>

namespace harness {

bool LineReader::fill() {
  char chunk[65536];
  for (;;) {
    const ssize_t count = ::read(fd_, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    buffer_.append(chunk, static_cast<size_t>(count));
    return true;
  }
}

std::optional<std::string> LineReader::next() {
  const size_t end = buffer_.find('\n', searched_);
  searched_ = end == std::string::npos ? buffer_.size() : 0;
  if (end == std::string::npos) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

Status send_message(int fd, const nlohmann::json& message) {
  return send_line(fd, message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Status send_line(int fd, std::string text) {
  text += '\n';
  for (size_t at = 0; at < text.size();) {
    ssize_t count = ::send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (count < 0 && errno == ENOTSOCK) count = ::write(fd, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("the other side of the worker's stream is gone");
    at += static_cast<size_t>(count);
  }
  return done();
}

}  // namespace harness

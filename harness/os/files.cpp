#include "os/files.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/random.h>
#include <unistd.h>

#include "os/fd.h"

namespace harness {

Result<std::string> read_file(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_error("cannot read " + path);
  std::string text;
  char buffer[8192];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("cannot read " + path);
    if (count == 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
}

Status write_existing(const std::string& path, const std::string& text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) return system_error("cannot write " + path);
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return system_error("cannot write " + path);
  }
  return done();
}

std::string read_link(const std::string& path) {
  char buffer[PATH_MAX];
  const ssize_t length = ::readlink(path.c_str(), buffer, sizeof buffer);
  return length < 0 ? std::string() : std::string(buffer, static_cast<size_t>(length));
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool is_writable(const std::string& directory) { return ::access(directory.c_str(), W_OK | X_OK) == 0; }

Result<std::string> read_random(size_t size) {
  std::string bytes(size, '\0');
  if (::getrandom(bytes.data(), size, 0) != static_cast<ssize_t>(size)) return system_error("getrandom");
  return bytes;
}

}  // namespace harness

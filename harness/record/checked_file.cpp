#include "record/checked_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace harness {
namespace {

std::string_view mend(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space there, or choose another folder with --out";
    case EFBIG:
      return "; a file size limit is in the way (ulimit -f), or choose another file system with --out";
    case EACCES:
    case EROFS:
    case EPERM:
      return "; choose a folder that you may write to with --out";
    default:
      return "";
  }
}

Error file_error(std::string_view tried, const std::string& path, int code) {
  Error error = system_error(std::string(tried) + " " + path, code);
  error.message += mend(code);
  return error;
}

// write(2) may take less than it was given, a signal may end it early, and a full disk takes a part first:
// asking again then tells why. Returns 0 or errno.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

Result<CheckedFile> CheckedFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) return file_error("cannot create", path, errno);
  return CheckedFile(path, descriptor);
}

CheckedFile::CheckedFile(CheckedFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

CheckedFile& CheckedFile::operator=(CheckedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

CheckedFile::~CheckedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<bool> CheckedFile::claim() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return file_error("cannot lock", path_, errno);
}

Status CheckedFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0) return file_error("cannot empty", path_, errno);
  return done();
}

Status CheckedFile::append(std::string_view text) {
  const off_t before = ::lseek(descriptor_, 0, SEEK_END);
  const int code = write_all(descriptor_, text);
  if (code == 0) return done();
  // Taking back is a courtesy to the reader, who copes with half a line anyway; what matters is the first
  // error.
  if (before >= 0 && ::ftruncate(descriptor_, before) != 0) errno = code;
  return file_error("cannot write", path_, code);
}

Status CheckedFile::close() {
  // Not again after EINTR: Linux has let go of the descriptor by then (close(2)).
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR)
    return file_error("cannot write", path_, errno);
  return done();
}

Status write_whole_file(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  const auto write = [&]() -> Status {
    ASSIGN_OR_RETURN(CheckedFile file, CheckedFile::open(temporary));
    TRY(file.clear());  // one may be left by a run that was killed here
    TRY(file.append(text));
    return file.close();
  };
  Status written = write();
  if (written && std::rename(temporary.c_str(), path.c_str()) != 0)
    written = file_error("cannot write", path, errno);
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Result<std::string> read_whole_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return file_error("cannot read", path, errno);
  std::string text;
  // A file of 100 MB that grows piece by piece is copied over and over. /proc says 0, and what is written
  // meanwhile comes on top.
  struct stat status {};
  constexpr size_t kRoom = 4096;
  if (::fstat(descriptor, &status) == 0 && status.st_size > 0)
    text.reserve(static_cast<size_t>(status.st_size) + kRoom);
  int code = 0;
  for (;;) {
    char buffer[1 << 16];
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count == 0) break;
    if (count > 0) text.append(buffer, static_cast<size_t>(count));
    if (count < 0 && errno != EINTR) {
      code = errno;
      break;
    }
  }
  ::close(descriptor);
  if (code != 0) return file_error("cannot read", path, code);
  return text;
}

}  // namespace harness

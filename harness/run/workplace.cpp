#include "run/workplace.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/sha256.h"

namespace harness {
namespace {

Status make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) return system_error("cannot make " + path);
  return done();
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_error("cannot make " + path);
  return OutputFile(path, std::move(file));
}

Result<OutputFile> OutputFile::open(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) return system_error("cannot open " + path);
  return OutputFile(path, std::move(file));
}

Status OutputFile::begin() {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return system_error("fstat " + path_);
  if (status.st_size != 0 && ::ftruncate(file_.get(), 0) != 0) return system_error("cannot empty " + path_);
  return done();
}

std::string OutputFile::part(size_t from, size_t length) const {
  std::string text(length, '\0');
  const ssize_t count = ::pread(file_.get(), text.data(), text.size(), static_cast<off_t>(from));
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

std::string OutputFile::text(size_t limit) const {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0 || status.st_size == 0) return {};
  const auto size = static_cast<size_t>(status.st_size);
  if (size <= limit) return part(0, size);
  return part(0, limit / 2) + "…" + part(size - limit / 2, limit / 2);
}

std::string OutputFile::text_with(const std::vector<std::string>& words, size_t limit, size_t more) const {
  constexpr size_t kBlock = 1 << 16;
  const size_t end = size() > limit ? size() - limit / 2 : 0;
  std::string found;
  for (size_t from = limit / 2; from < end && found.empty(); from += kBlock) {
    const std::string block = part(from, std::min(2 * kBlock, end - from));  // a line may go on in the next
    size_t at = std::string::npos;
    for (const std::string& word : words) at = std::min(at, block.find(word));
    if (at == std::string::npos) continue;
    const size_t line = block.rfind('\n', at);
    found = "\n" + part(from + (line == std::string::npos ? at : line + 1), more) + "…";
  }
  if (found.empty()) return text(limit);
  return part(0, limit / 2) + "…" + found + part(size() - limit / 2, limit / 2);
}

size_t OutputFile::size() const {
  struct stat status {};
  return ::fstat(file_.get(), &status) == 0 ? static_cast<size_t>(status.st_size) : 0;
}

std::string OutputFile::digest() const {
  Sha256 sum;
  std::string part(1 << 16, '\0');
  off_t at = 0;
  for (ssize_t count = 0; (count = ::pread(file_.get(), part.data(), part.size(), at)) > 0; at += count)
    sum.add(std::string_view(part).substr(0, static_cast<size_t>(count)));
  return sum.hex();
}

// A subject may have taken its directory away, or changed its mode. A new one is not the working directory of
// the zygotes, which therefore go with the old one.
Status Workplace::begin_case() {
  TRY(race_shadow_.begin_case());
  struct stat status {};
  const bool is_known = directory_.st_ino != 0 && ::stat(directory().c_str(), &status) == 0 &&
                        status.st_ino == directory_.st_ino && status.st_mode == directory_.st_mode;
  if (is_known) {
    if (status.st_nlink > 2 || status.st_size > 0) empty_directory(directory());
    empty_directory(reports());
    return done();
  }
  zygotes_.forget_all();
  roles_.clear();
  empty_directory(scratch_);
  race_shadow_ = RaceShadow(race_shadow_.path());
  TRY(make_directory(reports()));
  TRY(make_directory(directory()));
  TRY(make_directory(scratch_ + "/roles"));
  if (::stat(directory().c_str(), &directory_) != 0) return system_error("stat " + directory());
  return done();
}

Result<RoleFiles*> Workplace::files_of(const std::string& role, const std::vector<std::string>& probes) {
  auto known = roles_.find(role);
  if (known == roles_.end()) {
    const std::string directory = scratch_ + "/roles/" + role;
    TRY(make_directory(directory));
    TRY(make_directory(directory + "/reports"));
    ASSIGN_OR_RETURN(RoleJournal journal, RoleJournal::create(directory + "/journal"));
    ASSIGN_OR_RETURN(OutputFile output, OutputFile::create(directory + "/stdout"));
    ASSIGN_OR_RETURN(OutputFile error, OutputFile::create(directory + "/stderr"));
    ASSIGN_OR_RETURN(HandlerLog handlers, HandlerLog::create(directory + "/handlers"));
    known = roles_
                .emplace(role, std::make_unique<RoleFiles>(RoleFiles{std::move(journal), std::move(output),
                                                                     std::move(error), std::move(handlers),
                                                                     directory + "/reports"}))
                .first;
  }
  RoleFiles& files = *known->second;
  TRY(files.journal.begin(probes));
  TRY(files.standard_output.begin());
  TRY(files.standard_error.begin());
  empty_directory(files.reports);
  return &files;
}

}  // namespace harness

// Files that are written whole, with every step checked: a full disk must not look like a short run.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace harness {

// An open file that only grows. Owns its descriptor; moved, not copied.
class CheckedFile {
 public:
  // Creates the file or opens the one that is there, keeping what it holds, and never leaks it into a child's
  // exec.
  static Result<CheckedFile> open(const std::string& path);

  CheckedFile(CheckedFile&& other) noexcept;
  CheckedFile& operator=(CheckedFile&& other) noexcept;
  ~CheckedFile();

  // Claims the file for this process (flock(2)); false when another process holds it.
  Result<bool> claim();

  // Throws away what the file holds.
  Status clear();

  // All of the text or none: after an error the file is cut back to where it ended before.
  Status append(std::string_view text);

  // close(2) may be the first to tell that an earlier write failed (NFS, quotas), so it is asked.
  Status close();

  const std::string& path() const { return path_; }

 private:
  CheckedFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_ = -1;
};

// Writes the file under a temporary name beside it and renames it: a reader sees the old file or the new,
// never a half.
Status write_whole_file(const std::string& path, std::string_view text);

// Everything the file holds.
Result<std::string> read_whole_file(const std::string& path);

}  // namespace harness

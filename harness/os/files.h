// Whole files, read and written in one call.
#pragma once

#include <string>

#include "base/result.h"

namespace harness {

// The content of a file, also one of /proc that has no size.
Result<std::string> read_file(const std::string& path);

// Writes to an existing file in one write(2), as the files of /proc want it.
Status write_existing(const std::string& path, const std::string& text);

// The target of a symbolic link, or "" when there is none.
std::string read_link(const std::string& path);

bool exists(const std::string& path);

// Whether this process may make files in that directory.
bool is_writable(const std::string& directory);

// So many bytes of the kernel's random numbers.
Result<std::string> read_random(size_t size);

}  // namespace harness

// A quick fingerprint of a large file with holes: tells an accident, not a forgery.
#pragma once

#include <string>

#include "base/result.h"
#include "os/fd.h"

namespace harness {

// Of the size, and of what differs from zero and where: a hole and zeros written out are the same.
Result<std::string> sparse_hash(const Fd& file);

}  // namespace harness

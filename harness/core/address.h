// Address: where the roles of a subject meet, as a URL: unix://PATH, unix://@NAME (an abstract name),
// tcp://HOST:PORT, or fd://NUMBER, a descriptor that they are started with.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace harness {

// "unix", "tcp" or "fd". Errors (usage): what is wrong with the address, and how to write it. Placeholders
// such as {tmp} are taken as they stand.
Result<std::string> scheme_of(std::string_view address);

}  // namespace harness

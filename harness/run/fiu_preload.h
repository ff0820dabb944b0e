// libfiu's own failure points around POSIX calls (posix/io/rw/read …), for a program that knows nothing of
// libfiu: its library fiu_posix_preload.so is preloaded beside our probe library, which registers the points
// by their exact names. No control pipe is opened (fiu-run's -f): it would be a thread that takes the
// program's signals.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/case.h"
#include "os/program.h"

namespace harness {

// What to preload into the program, so that it still starts: a sanitizer's runtime that it is linked with
// wants to come before all others.
std::string after_runtime(const Program& program, const std::string& libraries);

// Whether this is a point of that library.
bool is_posix_point(const InjectionPoint& point);

// The library; Blame::unavailable where it is not installed.
Result<std::string> posix_preload_library();

// That the library has this very point, and that it can be used; libfiu takes a misspelt name without a word.
Status check_posix_point(const InjectionPoint& point, const std::string& library);

// Has the role started with the library before it, where its program can be: only what the dynamic loader
// starts can. A program without probes of its own gets the probe library as well.
Status preload_posix(RoleInstance& role, const InjectionPoint& point, const std::string& directory,
                     const std::string& probe_library, const std::string& architecture);

}  // namespace harness

// Region: the stretch of a program's way at each of whose instructions it is to die.
#pragma once

#include <string>

#include "base/result.h"

namespace harness {

// An end of a region: a function of the program or its libraries, or a probe that it passes.
struct CodePlace {
  std::string name;
  bool is_probe = false;
};

// From the entry of a function to the return of another (which may be the same), or from where one probe
// returns to where another is passed.
struct Region {
  CodePlace from;
  CodePlace to;
};

// "pthread_mutex_lock..pthread_mutex_unlock", "probe:lock.wanted..probe:lock.released", or both kinds mixed.
Result<Region> parse_region(const std::string& text);

std::string to_string(const Region& region);

}  // namespace harness

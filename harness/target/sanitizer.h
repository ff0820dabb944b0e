// Sanitizer: a build of the subjects that tells of its own mistakes, and how it is run. What a target with
// one can show and cannot, and whether it works on this machine.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace harness {

struct Sanitizer {
  std::string_view ability;  // what a scenario that needs it says: `needs: [asan]`
  std::string_view build;    // the CMake preset: this, or arm64- and this
  std::string_view name;
  std::string_view runtime;                        // the Debian package of GCC's runtime library
  std::map<std::string, std::string> environment;  // of every program
  std::vector<std::string> shows;
  std::vector<std::string> cannot_show;
};

// AddressSanitizer with UndefinedBehaviorSanitizer; the same looking for leaks, without a tracer;
// ThreadSanitizer; and our own, which sees what processes do to each other (target/race.cpp).
const Sanitizer& address_sanitizer();
const Sanitizer& leak_sanitizer();
const Sanitizer& thread_sanitizer();
const Sanitizer& race_detector();

// The environment of every role: each of its processes writes what it reports into a file of its own.
std::map<std::string, std::string> environment_of(const Sanitizer& sanitizer);

// The command that makes its build for this machine.
std::string made_for(const Sanitizer& sanitizer);

// Starts a program of its build, without words, and sees whether it came to its own code. Error
// (unavailable): nothing is built; or what the runtime or the loader said, and the mend where one is known.
Status try_sanitizer(const Sanitizer& sanitizer);

// What programs lack that are built with `sanitizer`, or with none (nullptr): abilities by name, and why.
std::map<std::string, std::string> lacks_of(const Sanitizer* sanitizer);

}  // namespace harness

// Sanitizer: a build of the subjects that tells of its own mistakes, and how it is run. What a target with
// one can show and cannot.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace harness {

struct Sanitizer {
  std::string_view ability;  // what a scenario that needs it says: `needs: [asan]`
  std::string_view build;    // the CMake preset: this, or arm64- and this
  std::string_view name;
  std::map<std::string, std::string> environment;  // of every role
  std::vector<std::string> shows;
  std::vector<std::string> cannot_show;
};

// AddressSanitizer with UndefinedBehaviorSanitizer, and ThreadSanitizer.
const Sanitizer& address_sanitizer();
const Sanitizer& thread_sanitizer();

// What programs lack that are built with `sanitizer`, or with none (nullptr): abilities by name, and why.
std::map<std::string, std::string> lacks_of(const Sanitizer* sanitizer);

}  // namespace harness

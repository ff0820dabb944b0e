// SanitizerReport: what a sanitizer's runtime wrote about a mistake that it saw, in GCC's form and in
// Clang's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harness {

struct SanitizerReport {
  std::string sanitizer;        // AddressSanitizer
  std::string kind;             // heap-use-after-free
  std::string place;            // file:line and function, as far as they are told
  std::string slot;             // of shared memory that it is about, as probe/slots.h tells it; "" for none
  bool is_own_failure = false;  // the runtime broke off: it says nothing of the program

  bool operator==(const SanitizerReport&) const = default;
};

// ../../subjects/ring/mutants/../ring.h:12 names the build's folder; people look for subjects/ring/ring.h:12.
std::string tidy_place(const std::string& place);

// All reports in what a process wrote, in order. A runtime that broke off is the only one of its text: what
// it said before its end may be a consequence.
std::vector<SanitizerReport> sanitizer_reports(std::string_view text);

}  // namespace harness

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
  bool is_cut_off = false;      // it began and was never summed up, as when its process is killed meanwhile

  bool operator==(const SanitizerReport&) const = default;
};

// ../../subjects/ring/mutants/../ring.h:12 names the build's folder; people look for subjects/ring/ring.h:12.
std::string tidy_place(const std::string& place);

// All reports in what a process wrote: those that are whole in order, then those that were cut off, and then
// the failure of a runtime that broke off. What that wrote afterwards is left out, as its own crash.
std::vector<SanitizerReport> sanitizer_reports(std::string_view text);

// What roles that are threads of one process (probe/threads.c) share at several addresses, where
// ThreadSanitizer does not see what they do to each other; "" for nothing.
std::string unseen_by_threads(std::string_view text);

}  // namespace harness

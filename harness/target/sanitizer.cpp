#include "target/sanitizer.h"

namespace harness {

// Leaks are not looked for: LeakSanitizer stops the threads by ptrace, which they are under already, and then
// ends the program with status 1 ("LeakSanitizer does not work under ptrace").
const Sanitizer& address_sanitizer() {
  static const Sanitizer sanitizer{
      .ability = "asan",
      .build = "asan",
      .name = "AddressSanitizer and UndefinedBehaviorSanitizer",
      .environment = {{"ASAN_OPTIONS", "detect_leaks=0:disable_coredump=1:strict_string_checks=1"},
                      {"UBSAN_OPTIONS", "print_stacktrace=1"}},
      .shows = {"memory errors and undefined behaviour in the paths that faults open up"},
      .cannot_show = {"overruns inside one shared mapping, unless its unused bytes are poisoned by hand",
                      "leaks: LeakSanitizer does not work beside the tracer"}};
  return sanitizer;
}

const Sanitizer& thread_sanitizer() {
  static const Sanitizer sanitizer{
      .ability = "tsan",
      .build = "tsan",
      .name = "ThreadSanitizer",
      .environment = {{"TSAN_OPTIONS", "second_deadlock_stack=1"}},
      .shows = {"data races and lock orders between the threads of one process, and calls that are unsafe in "
                "a signal handler"},
      .cannot_show = {
          "data races between processes: ThreadSanitizer sees one process and one mapping, and its "
          "silence about others is no evidence"}};
  return sanitizer;
}

std::map<std::string, std::string> lacks_of(const Sanitizer* sanitizer) {
  std::map<std::string, std::string> lacks;
  for (const Sanitizer* other : {&address_sanitizer(), &thread_sanitizer()}) {
    if (other == sanitizer) continue;
    lacks[std::string(other->ability)] = "the programs are built without " + std::string(other->name);
  }
  return lacks;
}

}  // namespace harness

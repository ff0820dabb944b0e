#include "target/sanitizer.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include <sstream>

#include "core/case.h"
#include "os/child.h"
#include "os/fd.h"
#include "os/files.h"
#include "run/catalogue.h"
#include "run/handler_watch.h"

namespace harness {
namespace {

// The line in which a runtime, or the loader that looks for it, says that it cannot go on; "" for none.
std::string complaint_in(const std::string& output) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    for (const char* sign : {"FATAL: ", "Shadow memory range interleaves", "ReserveShadowMemoryRange failed",
                             "error while loading shared libraries", "failed to allocate", "cannot execute",
                             "has encountered a fatal error"}) {
      if (line.find(sign) == std::string::npos) continue;
      const size_t process = line.rfind("==");  // ==4711==FATAL: …
      return process == std::string::npos ? line : line.substr(process + 2);
    }
  }
  return "";
}

// Both runtimes keep their shadow where a machine with much address randomisation may have put something
// else: GCC 12's live with 28 bits and are lost with the 32 that newer kernels take.
std::string mend_of(const std::string& complaint, const Sanitizer& sanitizer) {
  if (complaint.find("loading shared libraries") != std::string::npos)
    return "; its runtime is missing; on Debian: apt-get install " + std::string(sanitizer.runtime);
  const auto bits = read_file("/proc/sys/vm/mmap_rnd_bits");
  const bool is_about_memory =
      complaint.find("memory") != std::string::npos || complaint.find("Memory") != std::string::npos;
  if (is_about_memory && bits && std::atoi(bits->c_str()) > 28)
    return "; vm.mmap_rnd_bits is " + std::to_string(std::atoi(bits->c_str())) +
           ", more than it can live with: sysctl vm.mmap_rnd_bits=28";
  // It stops the threads of its own process by ptrace(2), as a child of theirs.
  const auto scope = read_file("/proc/sys/kernel/yama/ptrace_scope");
  if (complaint.find("LeakSanitizer") != std::string::npos && scope && std::atoi(scope->c_str()) > 1)
    return "; kernel.yama.ptrace_scope is " + std::to_string(std::atoi(scope->c_str())) +
           ", which denies it ptrace(2): sysctl kernel.yama.ptrace_scope=1";
  if (complaint.find("LeakSanitizer") != std::string::npos)
    return "; it needs ptrace(2), which may be denied here, as in a container without CAP_SYS_PTRACE";
  if (complaint.find("personality") != std::string::npos)
    return "; personality(2) is refused here, by which it switches address randomisation off";
  return "";
}

Status try_program(const Sanitizer& sanitizer, const std::string& program) {
  const Fd output(::memfd_create("harness-sanitizer", MFD_CLOEXEC));
  if (output.get() < 0) return system_error("memfd_create");
  std::vector<std::string> environment;
  for (const auto& [name, value] : sanitizer.environment) environment.push_back(name + "=" + value);
  ASSIGN_OR_RETURN(
      const pid_t child,
      start_child({.command = {program}, .environment = std::move(environment), .output = output.get()}));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return system_error("waitpid");
  }
  ASSIGN_OR_RETURN(const std::string said, read_file("/proc/self/fd/" + std::to_string(output.get())));
  const std::string complaint = complaint_in(said);
  if (complaint.empty() && !WIFSIGNALED(status)) return done();
  return unavailable(std::string(sanitizer.name) + " does not work here: " +
                     (complaint.empty() ? program + " ended with " + how_it_ended(status) : complaint) +
                     mend_of(complaint, sanitizer));
}

}  // namespace

std::map<std::string, std::string> environment_of(const Sanitizer& sanitizer) {
  std::map<std::string, std::string> environment = sanitizer.environment;
  for (auto& [name, options] : environment) options += ":log_path={reports}/sanitizer";
  return environment;
}

std::string made_for(const Sanitizer& sanitizer) { return "ci/sanitized " + std::string(sanitizer.build); }

Status try_sanitizer(const Sanitizer& sanitizer) {
  const Catalogue built = Catalogue::find(std::string(sanitizer.build), made_for(sanitizer));
  for (const std::string& subject : built.subject_names()) {
    const auto variants = built.variants(subject);
    for (const Variant& variant : variants ? *variants : std::vector<Variant>()) {
      if (!variant.foreign) return try_program(sanitizer, variant.program);
    }
  }
  return unavailable("nothing is built with " + std::string(sanitizer.name) +
                     "; build it: " + made_for(sanitizer));
}

// Leaks are not looked for: LeakSanitizer stops the threads by ptrace, which they are under already, and then
// ends the program with status 1 ("LeakSanitizer does not work under ptrace").
const Sanitizer& address_sanitizer() {
  static const Sanitizer sanitizer{
      .ability = "asan",
      .build = "asan",
      .name = "AddressSanitizer and UndefinedBehaviorSanitizer",
      .runtime = "libasan8 libubsan1",
      .environment = {{"ASAN_OPTIONS", "detect_leaks=0:disable_coredump=1:strict_string_checks=1"},
                      {"UBSAN_OPTIONS", "print_stacktrace=1"}},
      .shows = {"memory errors and undefined behaviour in the paths that faults open up"},
      .cannot_show = {
          "overruns inside one shared mapping, unless its unused bytes are poisoned by hand or its "
          "slots are guarded (probe/slots.h)",
          "leaks: LeakSanitizer does not work beside the tracer"}};
  return sanitizer;
}

const Sanitizer& leak_sanitizer() {
  static const Sanitizer sanitizer{
      .ability = "lsan",
      .build = "asan",
      .name = "LeakSanitizer",
      .runtime = "libasan8 libubsan1",
      .environment = {{"ASAN_OPTIONS", "detect_leaks=1:disable_coredump=1"},
                      {"UBSAN_OPTIONS", "print_stacktrace=1"}},
      .shows = {"memory that a program which ends by itself has lost, and what target asan shows at probes "
                "and at the entry of system calls"},
      .cannot_show = {
          "faults at a system call's exit and at instructions, shorter transfers and stopped calls: "
          "LeakSanitizer is a tracer itself, and a program has one at a time",
          "leaks of a program that is killed"}};
  return sanitizer;
}

const Sanitizer& thread_sanitizer() {
  static const Sanitizer sanitizer{
      .ability = "tsan",
      .build = "tsan",
      .name = "ThreadSanitizer",
      .runtime = "libtsan2",
      // Who ends while others of its threads sleep would else be given a second, which is a deadline's
      // length.
      .environment = {{"TSAN_OPTIONS", "second_deadlock_stack=1:atexit_sleep_ms=100"}},
      .shows =
          {"data races and lock orders between the threads of one process, also of roles that are run as "
           "threads (the cases that end with /threads), and calls that are unsafe in a signal handler"},
      .cannot_show = {
          "data races between processes: ThreadSanitizer sees one process and one mapping, and its "
          "silence about others is no evidence",
          "order that fences make: ThreadSanitizer knows that of atomics alone"}};
  return sanitizer;
}

std::map<std::string, std::string> lacks_of(const Sanitizer* sanitizer) {
  std::map<std::string, std::string> lacks;
  for (const Sanitizer* other : {&address_sanitizer(), &thread_sanitizer(), &race_detector()}) {
    if (sanitizer != nullptr && sanitizer->build == other->build) continue;
    lacks[std::string(other->ability)] = "the programs are built without " + std::string(other->name);
  }
  if (sanitizer != nullptr)
    lacks[kInstructionPoints] = "between two probes there is more of " + std::string(sanitizer->name) +
                                " than of the program: instructions are for target native";
  if (sanitizer == &race_detector())
    lacks[kHandlersUnseen] =
        "the race detector stands before the functions at which calls in signal handlers would be seen";
  if (sanitizer == &thread_sanitizer())
    lacks["handlers-at-once"] =
        "ThreadSanitizer puts a handler off until the call is over into which the signal came, also when the "
        "kernel takes that up again";
  if (sanitizer != &leak_sanitizer())
    lacks["lsan"] = "leaks are looked for without a tracer alone: on target lsan";
  return lacks;
}

}  // namespace harness

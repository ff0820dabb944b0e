#include "target/sanitizer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <sstream>

#include "check/sanitizer_end.h"
#include "core/case.h"
#include "os/child.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/files.h"
#include "run/catalogue.h"
#include "run/handler_watch.h"

namespace harness {
namespace {

constexpr int64_t kStart_ns = 10'000'000'000;  // a program without words ends at once
constexpr size_t kSaidKept = 1 << 16;          // bytes of what it says meanwhile

// No core is written, which can be of the size of all shadow; and a program is ended by a status of which it
// is told apart from one that ended itself. In a program with both runtimes the options of one are the
// other's.
std::string ending_with(int status) { return fmt::format("disable_coredump=1:exitcode={}", status); }

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

// What a program wrote, as far as that is kept, and how it ended; no status where it had to be ended.
struct Trial {
  std::string said;
  std::optional<int> status;
};

// Reads a part and keeps of it what there is room for. False when nothing more comes.
bool read_part(const Fd& output, std::string& said) {
  char part[4096];
  const ssize_t count = ::read(output.get(), part, sizeof part);
  if (count > 0) said.append(part, std::min(static_cast<size_t>(count), kSaidKept - said.size()));
  return count > 0;
}

// Reads on until the process ends or the time is over.
bool has_ended(const Fd& process, const Fd& output, std::string& said) {
  pollfd awaited[] = {{process.get(), POLLIN, 0}, {output.get(), POLLIN, 0}};
  const int64_t until = now_ns() + kStart_ns;
  for (int64_t left = kStart_ns; left > 0; left = until - now_ns()) {
    const int ready = ::poll(awaited, std::size(awaited), static_cast<int>(left / 1'000'000) + 1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready > 0 && awaited[0].revents != 0) return true;
    if (ready > 0 && awaited[1].revents != 0 && !read_part(output, said)) awaited[1].fd = -1;
  }
  return false;
}

// A runtime that loops at its start, with or without words, must not have us wait for ever.
Result<Trial> try_out(ChildOrder order) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe2");
  const Fd output(ends[0]);
  Fd input(ends[1]);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  order.output = input.get();
  ASSIGN_OR_RETURN(const pid_t child, start_child(order));
  input = Fd();
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  Trial trial;
  const bool is_over = process.is_open() && has_ended(process, output, trial.said);
  if (!is_over) ::kill(-child, SIGKILL);  // it leads a session of its own
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return system_error("waitpid");
  }
  while (trial.said.size() < kSaidKept && read_part(output, trial.said)) {
  }
  if (is_over) trial.status = status;
  return trial;
}

Status try_program(const Sanitizer& sanitizer, const std::string& program) {
  std::vector<std::string> environment;
  for (const auto& [name, value] : sanitizer.environment) environment.push_back(name + "=" + value);
  ASSIGN_OR_RETURN(const Trial trial, try_out({.command = {program}, .environment = std::move(environment)}));
  const std::string complaint = complaint_in(trial.said);
  if (complaint.empty() && trial.status && !WIFSIGNALED(*trial.status)) return done();
  const std::string how =
      trial.status ? program + " ended with " + how_it_ended(*trial.status)
                   : fmt::format("{} had not ended {} s after its start", program, kStart_ns / 1'000'000'000);
  return unavailable(std::string(sanitizer.name) + " does not work here: " +
                     (complaint.empty() ? how : complaint) + mend_of(complaint, sanitizer));
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
      .environment = {{"ASAN_OPTIONS",
                       "detect_leaks=0:strict_string_checks=1:" + ending_with(kAddressSanitizerStatus)},
                      {"UBSAN_OPTIONS", "print_stacktrace=1:" + ending_with(kAddressSanitizerStatus)}},
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
      .environment = {{"ASAN_OPTIONS", "detect_leaks=1:" + ending_with(kAddressSanitizerStatus)},
                      {"UBSAN_OPTIONS", "print_stacktrace=1:" + ending_with(kAddressSanitizerStatus)}},
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
      .environment = {{"TSAN_OPTIONS",
                       "second_deadlock_stack=1:atexit_sleep_ms=100:" + ending_with(kThreadSanitizerStatus)}},
      .shows =
          {"data races and lock orders between the threads of one process, also of roles that are run as "
           "threads (the cases that end with /threads), and calls that are unsafe in a signal handler"},
      .cannot_show = {
          "data races between processes: ThreadSanitizer sees one process and one mapping, and its "
          "silence about others is no evidence",
          "order that fences make: ThreadSanitizer knows that of atomics alone",
          "order that calls make which it does not follow, as mq_send and mq_receive, msgsnd and msgrcv, "
          "semop and pthread_mutex_clocklock: it may report a race that is none",
          "what follows a timed lock that returned EOWNERDEAD: it reports the unlock after that as one of an "
          "unlocked mutex; and a thread that is started after a fork of several, at which it breaks off"}};
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

// The EINTR table: what signal(7) says of each blocking call when a handler interrupts it, and which calls
// are never interrupted at all. os/eintr_trials.h measures the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harness {

// What becomes of a blocked call when a signal that is handled comes.
enum class Interruption {
  restarts,  // with SA_RESTART it goes on; without, it fails with EINTR
  fails,     // it fails with EINTR, whatever the handler's flags
  goes_on,   // it goes on, whatever the handler's flags
};

std::string_view to_string(Interruption interruption);

// One blocking call as a program makes it.
struct EintrRow {
  std::string id;    // "read-pipe": unique
  std::string call;  // "read"
  std::string on;    // what it blocks on: "pipe", "socket with SO_RCVTIMEO", "" where there is no choice
  Interruption manual = Interruption::restarts;
  std::string source;  // where the manual says so
};

const std::vector<EintrRow>& eintr_table();

// Whether this system call can wait at all: any other is over before a signal could come.
bool may_wait(std::string_view call);

// Why this system call can never be seen to fail with EINTR on such a descriptor or object ("pipe", "file",
// "mutex", … or "" when that is not known), with the manual page; "" when it can.
std::string never_interrupted(std::string_view call, std::string_view kind = "");

}  // namespace harness

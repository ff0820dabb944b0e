// Every call: what `--calls` adds to a case's history, so that its timeline has a lane of system calls and
// how full its pipes and queues were.
#pragma once

#include <set>

#include <nlohmann/json.hpp>

#include "os/tracer.h"

namespace harness {

// In Case::watches.
inline constexpr const char* kEveryCall = "every-call";

// Adds all calls of this machine to those that stop; at their exits too where there is one to see.
void watch_every_call(std::set<long>& calls, std::set<long>& exits);

// What is behind a descriptor and how much is queued there, for a pipe or a POSIX queue:
// {object, holds, room, unit: bytes | messages}; null for anything else.
nlohmann::json fill_of(pid_t pid, int number);

// The first of them as a reader wants them: a descriptor with what it stands for, else plain numbers.
nlohmann::json told_call(const Stop& stop, const std::array<uint64_t, 6>& args);

}  // namespace harness

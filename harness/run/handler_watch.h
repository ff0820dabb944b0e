// The watch over signal handlers (probe/signal_safety.c): which calls that are not async-signal-safe a role
// makes inside one. A program has it linked in, or it is preloaded; it needs no tracer.
#pragma once

#include <string>

#include "base/result.h"
#include "core/case.h"

namespace harness {

// In Case::watches, and among the modes of a program that has it linked in.
inline constexpr const char* kHandlers = "handlers";

// In Case::needs, of one that watches handlers of a program which has it not linked in and takes no library.
inline constexpr const char* kHandlersUnseen = "handlers-unseen";

bool watches_handlers(const Case& plan);

// Whether all that the case's checkers need recorded is recorded without a tracer.
bool records_without_tracer(const Case& plan);

// Has those roles started with the library that need it, where the case asks for it. A program that cannot be
// watched (it is linked statically without it, or is for another machine) is left as it is, and its checker
// says that nothing was seen; where a target knows why that is, the case is left out there. `probe_library`:
// the library's neighbour. Errors: a role's program is not there.
Status watch_handlers(Case& made, const std::string& probe_library);

}  // namespace harness

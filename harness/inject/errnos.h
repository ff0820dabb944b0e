// Errnos: which errors a system call can give, and on which kind of descriptor, from its man page. An error
// that is not there is no fault that a program has to be ready for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harness {

// Why no kernel makes this call fail so, with the page that says it; "" when one may. `kind` is one of
// OpenDescriptor::kind (pipe, unix-stream, tcp, file …), or "" where it is not known: then any will do. Of a
// call that the table does not have nothing is said.
std::string why_never(const std::string& call, int error, const std::string& kind);

// What a refused fault is told to do.
inline constexpr std::string_view kMarkSynthetic =
    "; to have it nevertheless, add synthetic: true, and reports will say so";

// The kind of the descriptors that a mechanism's roles have of each other; "" where that is not one kind.
std::string kind_of_link(const std::string& mechanism);

// The errors that a call of a program which makes no mistake in its arguments can meet, by name and in their
// order: without what only a wrong argument gives (EBADF, EFAULT, EINVAL …), and without EAGAIN and EINTR,
// which depend on how the descriptor is open and on what the program catches.
std::vector<std::string> errors_of_world(const std::string& call, const std::string& kind);

// Whether anything is known of this call.
bool has_errnos(const std::string& call);

}  // namespace harness

// How a sanitizer's runtime ends a program: with which status, and what that says where its reports are known
// or where it broke off itself.
#pragma once

#include <string_view>

#include "core/case.h"
#include "core/event.h"

namespace harness {

// The statuses by which a runtime ends a program of which it has reported, as targets ask for: else they are
// 1, which programs end with as well, and 66 for ThreadSanitizer.
constexpr int kAddressSanitizerStatus = 86;
constexpr int kThreadSanitizerStatus = 87;
constexpr int kThreadSanitizerOwnStatus = 66;

// Whether a sanitizer may have written this: a process's report, or what a role has written to stderr.
bool is_from_sanitizer(const Event& event);

// True for the end of an instance by its sanitizer's status, when all that its processes reported is known in
// this case: then nobody knows how it would have ended.
bool was_ended_by_known_report(const Case& plan, const History& history, const Event& ended);

// True when the runtime of one of the instance's processes broke off, so that its end says nothing of the
// program.
bool has_sanitizer_broken_off(const History& history, std::string_view instance);

}  // namespace harness

// Lives: how each role instance of a case ended, and who or what ended it.
#pragma once

#include <string_view>
#include <vector>

#include "core/case.h"
#include "core/event.h"

namespace harness {

// The signal that a fault event sent to its victim, whatever its action is called; 0 when it sent none.
int signal_sent(const Event& fault);

// The index of the deadlock, busy or deadline event that ended the case; the history's size when the roles
// ended it. From there on everything is killed: what a role still does then is the clean-up's doing and
// proves nothing.
int clean_up_begins(const History& history);

// The start and the end of an instance's main process (not of its children), or nullptr.
const Event* start_of(const History& history, std::string_view instance);
const Event* end_of(const History& history, std::string_view instance);

// That end, and what the instance wrote to stderr or reported: a program that gives up mostly says why.
std::vector<int> with_last_words(const History& history, const Event& ended);

// True for the end of a process that was still there when the case was over, and was killed for that alone.
bool is_clean_up(const History& history, const Event& ended);

// True when a fault of the case ended this instance as it was meant to: a kill, a signal that it died of, or
// the failure point of a way to end. A failure point named end.SOMETHING (end.abort) stands for that way to
// end, so whatever its process does there is the fault itself, and not a mistake of the program.
bool was_ended_by_fault(const History& history, std::string_view instance);

// True when a fault sent this instance a signal by which a program is asked to end (SIGTERM, SIGINT, SIGHUP,
// SIGQUIT): with which status a handler does so is for its scenario to say.
bool was_asked_to_end(const History& history, std::string_view instance);

}  // namespace harness

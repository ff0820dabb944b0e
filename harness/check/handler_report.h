// HandlerReport: a line of what was told of signal handlers (probe/handler_log.h), with places written out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harness {

struct HandlerReport {
  enum class Kind {
    ran,     // a handler of that signal ran
    unsafe,  // it called a function that is not async-signal-safe
    jumped,  // such a function was called after a handler had been left by a jump out of another one
  };

  Kind kind = Kind::ran;
  int signal = 0;
  int pid = 0;
  std::string function;     // snprintf
  std::string family;       // stdio
  std::string interrupted;  // the function of the list that the handler interrupted, "" for none
  std::string handler;      // places: "note subjects/x/y.cpp:12", or "/path/of/program+0x1234"
  std::string caller;
  std::string at;                    // where the program was when the signal came
  std::vector<std::string> callers;  // the calls around this one, innermost first
  std::string stack;  // what is further out: a word of probe/handler_log.h, or "cut" where frames are missing

  bool operator==(const HandlerReport&) const = default;
};

// All lines that are whole, in order.
std::vector<HandlerReport> handler_reports(std::string_view text);

}  // namespace harness

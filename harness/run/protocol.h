// The protocol between a coordinator and a worker: lines of JSON over a byte stream, the same for a local
// process, a guest machine and another host.
//
//   worker → coordinator   {"hello": {"version": 1, "lost": […], "can_trace": true}}
//   coordinator → worker   {"case": {…}}                       one at a time
//   worker → coordinator   {"done": {"id", "history": […], "duration_ns"}}
//                          {"failed": {"id", "message", "blame"}}   the case could not be run at all
// The stream's end means: clean up and go.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace harness {

constexpr int kProtocolVersion = 1;

// Reads lines from a descriptor, keeping what comes after the first.
class LineReader {
 public:
  explicit LineReader(int fd) : fd_(fd) {}

  // Reads what is there (blocking when nothing is). False at the end of the stream.
  bool fill();

  // The next whole line that has been read, if any.
  std::optional<std::string> next();

 private:
  int fd_;
  std::string buffer_;
};

// Writes the message and a newline; an error when the other side is gone.
Status send_message(int fd, const nlohmann::json& message);

// The same for a message that is text already.
Status send_line(int fd, std::string text);

}  // namespace harness

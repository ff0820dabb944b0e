// The protocol between a coordinator and a worker: lines of JSON over a byte stream, the same for a local
// process, a guest machine and another host.
//
//   worker → coordinator   {"hello": {"version": 1, "lost": […], "can_trace": true, "litmus": [counts of
//   run/litmus.h],
//                                     "mended": [defects of platforms, such as MX-22, that this one does not
//                                     have], "lacks": {ability that a scenario may need: why it is not
//                                     there}}}
//   coordinator → worker   {"case": {…}}                       one at a time
//   worker → coordinator   {"done": {"id", "history": […], "duration_ns"}}
//                          {"failed": {"id", "message", "blame"}}   the case could not be run at all
// The stream's end means: clean up and go.
//
// A guest machine's stream is the virtio port named "work", and its process 1 speaks before the worker does:
//
//   guest → coordinator    {"ready": {"version": 1, "kernel": "6.1.0-…", "arch": "aarch64"}}    once, at boot
//   coordinator → guest    {"start": {"time_ns": CLOCK_REALTIME of the host, "seed": "hex digits",
//                                     "denied": {"namespaces": false, "ptrace": false}, "keep_away": ["/…"],
//                                     "cpu": 0}}                 all but time_ns and seed may be left out
// A guest that waits for "start" may be saved and restored any number of times; it also waits over ends of
// the stream until then. Afterwards a worker serves the same stream, as above; its hello says in addition
// "kernel", "arch" and "calibration_ns" (run/calibration.h). It accepts files, between cases only, since a
// word from the coordinator in the middle of a case means that the case is to be given up:
//
//   coordinator → worker   {"put": {"path": "/…", "mode": 493, "data": "base64"}}    makes directories too
//   worker → coordinator   {"put": {"path"}}
//                          {"failed": {"id": path, "message", "blame"}}
// When the stream ends, or the worker does, the guest powers off.
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
  explicit LineReader(int fd, std::string read_before = "") : fd_(fd), buffer_(std::move(read_before)) {}

  // Reads what is there (blocking when nothing is). False at the end of the stream.
  bool fill();

  // The next whole line that has been read, if any.
  std::optional<std::string> next();

 private:
  int fd_;
  std::string buffer_;
  size_t searched_ = 0;  // how much of it is known to have no end of line
};

// Writes the message and a newline; an error when the other side is gone.
Status send_message(int fd, const nlohmann::json& message);

// The same for a message that is text already.
Status send_line(int fd, std::string text);

}  // namespace harness

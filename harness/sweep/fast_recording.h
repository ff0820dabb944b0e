// Fast recording: a victim that writes down its own states, instead of being stepped by a tracer.
//
// Where the region's instructions are known, each gets a breakpoint in a template of the victim, and the
// template a handler for them. A copy of the template runs by itself: at each breakpoint its handler notes
// the head of the robust list and what has changed in the shared memory, puts the instruction back, and the
// breakpoint at the one before. It saves two switches between processes for each instruction. The handler
// works on the victim's own memory alone, which no death shows to anybody.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "os/fd.h"
#include "sweep/origin.h"
#include "sweep/recording.h"

namespace harness {

class FastRecording {
 public:
  // A template for the region that was surveyed. Blame::unavailable: it cannot be made here, and why.
  static Result<std::unique_ptr<FastRecording>> make(Origin& origin, const Survey& survey);

  FastRecording(const FastRecording&) = delete;
  FastRecording& operator=(const FastRecording&) = delete;
  ~FastRecording();

  // What record() (recording.h) does, but for the system calls, which it does not tell. Blame::unavailable:
  // the copy did not go the way that was surveyed.
  Status record(Origin& origin, const ShowMoment& show);

 private:
  struct Control;
  FastRecording() = default;
  Control& control() const;
  Status lay_out(const Origin& origin, const Survey& survey);
  Status copy_code(const Survey& survey);
  Status map_into_template();
  Status install_handler();
  Status plant(const Survey& survey);
  void begin(const Origin& origin);
  Status wait_and_show(pid_t victim, std::span<const std::byte> beginning, const ShowMoment& show);
  Status show_log(StateDigest& digest, pid_t victim, uint64_t& number, const ShowMoment& show);

  std::unique_ptr<Zygote> template_;
  Fd file_;                      // the handler, what it works with, and its log
  std::byte* memory_ = nullptr;  // of the file, here
  uint64_t place_ = 0;           // and in the template
  size_t size_ = 0;
  size_t shadow_ = 0;  // where in it the shared memory is as it was last seen
  size_t log_ = 0;
  size_t largest_record_ = 0;
  uint64_t states_ = 0;  // on the whole way
};

}  // namespace harness

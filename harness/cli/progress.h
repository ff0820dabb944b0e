// Progress: what is told while cases run.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "core/case.h"
#include "report/terminal.h"

namespace harness {

TerminalStyle style_of(FILE* stream);

// What a terminal shows while cases run: one line that is written over. Elsewhere: a line when a scenario
// begins.
class Progress {
 public:
  explicit Progress(size_t total);
  ~Progress() { erase(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const Case& plan, size_t done);
  void expect(size_t total) { total_ = total; }

  void erase();

 private:
  using Clock = std::chrono::steady_clock;

  // How fast it goes and how long it still takes, as far as the cases are known by now; "" at first.
  std::string pace(size_t done) const;

  size_t total_;
  Clock::time_point began_;
  bool is_terminal_;
  std::string scenario_;
};

}  // namespace harness

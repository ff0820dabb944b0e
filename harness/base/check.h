// CHECK: a statement about our own code that must hold in every build.
//
// A broken CHECK is the harness's own fault (exit status 70), never a verdict about a subject.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace harness {

// Thrown by a failed CHECK. Caught only at the top of a process, where it becomes exit status 70.
class BrokenCheck : public std::logic_error {
  using std::logic_error::logic_error;
};

// Collects the words streamed after CHECK(...) and throws them when the full expression ends.
class CheckMessage {
 public:
  CheckMessage(const char* file, int line, const char* condition) {
    text_ << file << ":" << line << ": CHECK(" << condition << ") is false";
  }
  [[noreturn]] ~CheckMessage() noexcept(false) { throw BrokenCheck(text_.str()); }
  template <typename T>
  CheckMessage& operator<<(const T& word) {
    text_ << (first_ ? ": " : "") << word;
    first_ = false;
    return *this;
  }

 private:
  std::ostringstream text_;
  bool first_ = true;
};

}  // namespace harness

#define CHECK(condition) \
  if (condition) {       \
  } else                 \
    ::harness::CheckMessage(__FILE__, __LINE__, #condition)

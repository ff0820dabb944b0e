// Result<T>: a value, or the reason why the world said no.
#pragma once

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace harness {

// Who has to act on an error. Each maps to one exit status (see cli/exit_status.h).
enum class Blame {
  usage,        // the caller: a wrong name, option or scenario file
  unavailable,  // this machine: what was asked for cannot run here
  internal,     // the harness: a bug of ours, or the ground it stands on gave way (a full disk)
};

// What went wrong, for a person: names the thing, the value, the place and the mend.
struct Error {
  std::string message;
  Blame blame = Blame::internal;
  int code = 0;  // errno, where a system call said no

  Error in(const std::string& context) && { return {context + ": " + message, blame, code}; }
};

inline Error usage_error(std::string message) { return {std::move(message), Blame::usage, 0}; }
inline Error unavailable(std::string message) { return {std::move(message), Blame::unavailable, 0}; }
inline Error internal_error(std::string message) { return {std::move(message), Blame::internal, 0}; }

// The error of the system call that has just failed: what was tried, and errno in words.
inline Error system_error(const std::string& tried, int code = errno) {
  return {tried + ": " + std::strerror(code), Blame::internal, code};
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT: implicit by design, `return value;`
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: implicit by design, `return error;`

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CHECK(ok()) << error().message;
    return std::get<T>(state_);
  }
  const T& value() const& {
    CHECK(ok()) << error().message;
    return std::get<T>(state_);
  }
  T&& value() && {
    CHECK(ok()) << error().message;
    return std::get<T>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return std::get<Error>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Unit {};

// A thing that was done, or the reason why not.
using Status = Result<Unit>;
inline Status done() { return Unit{}; }

}  // namespace harness

// Leaves the function with the error of a Result, or goes on.
#define HARNESS_CONCAT_(a, b) a##b
#define HARNESS_CONCAT(a, b) HARNESS_CONCAT_(a, b)
#define TRY(expression)                                  \
  do {                                                   \
    if (auto try_result_ = (expression); !try_result_) { \
      return ::harness::Error(try_result_.error());      \
    }                                                    \
  } while (0)
#define ASSIGN_OR_RETURN(declaration, expression)                              \
  auto HARNESS_CONCAT(assign_result_, __LINE__) = (expression);                \
  if (!HARNESS_CONCAT(assign_result_, __LINE__)) {                             \
    return ::harness::Error(HARNESS_CONCAT(assign_result_, __LINE__).error()); \
  }                                                                            \
  declaration = std::move(HARNESS_CONCAT(assign_result_, __LINE__)).value()

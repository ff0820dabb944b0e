#include "core/kernel_names.h"

#include <cstring>

namespace harness {
namespace {

constexpr int kLastStandardSignal = 31;
constexpr int kLastErrno = 133;

}  // namespace

std::string errno_name(int64_t number) {
  const char* name = strerrorname_np(static_cast<int>(number));
  return name != nullptr ? name : "errno " + std::to_string(number);
}

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

std::optional<int> signal_number(std::string_view name) {
  if (name.substr(0, 3) == "SIG") name.remove_prefix(3);
  if (name == "IO") name = "POLL";  // two names of one number, of which glibc tells one (signal(7))
  for (int number = 1; number <= kLastStandardSignal; ++number) {
    if (sigabbrev_np(number) == name) return number;
  }
  return std::nullopt;
}

std::optional<int> errno_number(std::string_view name) {
  for (int number = 1; number <= kLastErrno; ++number) {
    const char* known = strerrorname_np(number);
    if (known != nullptr && name == known) return number;
  }
  return std::nullopt;
}

}  // namespace harness

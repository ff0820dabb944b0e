#include "core/kernel_names.h"

#include <charconv>
#include <cstring>

namespace harness {
namespace {

constexpr int kLastErrno = 133;
constexpr int kFirstRealTime = 34;  // SIGRTMIN of glibc and of the guests
constexpr int kLastRealTime = 64;

// The number of RTMIN, RTMIN+2, RTMAX or RTMAX-2.
std::optional<int> real_time_number(std::string_view name) {
  const bool from_first = name.starts_with("RTMIN");
  if (!from_first && !name.starts_with("RTMAX")) return std::nullopt;
  const int base = from_first ? kFirstRealTime : kLastRealTime;
  name.remove_prefix(5);
  if (name.empty()) return base;
  if (name.front() != (from_first ? '+' : '-')) return std::nullopt;
  int distance = 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), distance);
  const int number = from_first ? base + distance : base - distance;
  const bool is_one = error == std::errc{} && end == name.data() + name.size() && distance > 0;
  return is_one && number >= kFirstRealTime && number <= kLastRealTime ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string errno_name(int64_t number) {
  const char* name = strerrorname_np(static_cast<int>(number));
  return name != nullptr ? name : "errno " + std::to_string(number);
}

std::string signal_name(int number) {
  if (number == kFirstRealTime) return "SIGRTMIN";
  if (number > kFirstRealTime && number <= kLastRealTime)
    return "SIGRTMIN+" + std::to_string(number - kFirstRealTime);
  const char* name = sigabbrev_np(number);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

std::optional<int> signal_number(std::string_view name) {
  if (name.substr(0, 3) == "SIG") name.remove_prefix(3);
  if (name == "IO") name = "POLL";  // two names of one number, of which glibc tells one (signal(7))
  for (int number = 1; number <= kLastStandardSignal; ++number) {
    if (sigabbrev_np(number) == name) return number;
  }
  return real_time_number(name);
}

std::optional<int> errno_number(std::string_view name) {
  for (int number = 1; number <= kLastErrno; ++number) {
    const char* known = strerrorname_np(number);
    if (known != nullptr && name == known) return number;
  }
  return std::nullopt;
}

}  // namespace harness

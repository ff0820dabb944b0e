#include "core/address.h"

#include <charconv>

namespace harness {
namespace {

constexpr std::string_view kHow = "; write unix://PATH, unix://@NAME or tcp://HOST:PORT";

bool is_number_up_to(std::string_view text, int most) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= most;
}

// What is wrong with what stands after the scheme, or "".
std::string_view mistake_in(std::string_view scheme, std::string_view rest) {
  if (scheme == "unix") return rest.empty() || rest == "@" ? "has no name" : "";
  if (scheme == "fd") return is_number_up_to(rest, 1023) ? "" : "names no descriptor";
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return "has no host and port";
  return is_number_up_to(rest.substr(colon + 1), 65535) ? "" : "has a port that is no number from 0 to 65535";
}

}  // namespace

Result<std::string> scheme_of(std::string_view address) {
  const size_t end = address.find("://");
  const std::string_view scheme = address.substr(0, end == std::string_view::npos ? 0 : end);
  const std::string shown = "address \"" + std::string(address) + "\" ";
  if (scheme != "unix" && scheme != "tcp" && scheme != "fd")
    return usage_error(shown + "has no scheme that is known" + std::string(kHow));
  const std::string_view mistake = mistake_in(scheme, address.substr(end + 3));
  if (!mistake.empty()) return usage_error(shown + std::string(mistake) + std::string(kHow));
  return std::string(scheme);
}

}  // namespace harness

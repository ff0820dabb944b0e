#include "report/wording.h"

#include <fmt/format.h>

#include <algorithm>

namespace harness {
namespace {

constexpr int64_t kMillisecond = 1'000'000;
constexpr int64_t kSecond = 1'000 * kMillisecond;

std::string plural(int64_t count, std::string_view noun) {
  return std::string(noun) + (count == 1 ? "" : "s");
}

int width_of(std::string_view text) {
  int width = 0;
  for (; !text.empty(); ++width) text.remove_prefix(first_character(text).size);
  return width;
}

std::string escape_of(char32_t control) {
  if (control == '\n') return "\\n";
  if (control == '\t') return "\\t";
  return fmt::format("\\x{:02x}", static_cast<uint32_t>(control));
}

// The length that a UTF-8 lead byte announces; 0 for a byte that leads nothing.
size_t announced_size(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool is_overlong_or_surrogate(size_t size, char32_t value) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return value < kSmallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF);
}

}  // namespace

std::string counted(int64_t count, std::string_view noun) {
  return fmt::format("{} {}", count, plural(count, noun));
}

std::string counted_of(int64_t count, int64_t all, std::string_view noun, std::string_view what) {
  const std::string number = count == all ? std::to_string(all) : fmt::format("{} of {}", count, all);
  return number + (noun.empty() ? "" : " " + plural(all, noun)) + " " + std::string(what);
}

std::string duration_words(int64_t duration_ns) {
  if (duration_ns < kSecond) return fmt::format("{} ms", (duration_ns + kMillisecond / 2) / kMillisecond);
  if (duration_ns < 120 * kSecond) return fmt::format("{:.1f} s", static_cast<double>(duration_ns) / kSecond);
  const int64_t seconds = duration_ns / kSecond;
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

std::string clock_words(int64_t time_ns) {
  return fmt::format("{:.3f} ms", static_cast<double>(time_ns) / kMillisecond);
}

std::string wrapped(std::string_view text, int width, int indent, int column) {
  if (width <= 0) return std::string(text);
  std::string result;
  while (!text.empty()) {
    const size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    const bool line_has_word = !result.empty() && result.back() != ' ';
    if (line_has_word && column + 1 + width_of(word) > width) {
      result += "\n" + std::string(static_cast<size_t>(indent), ' ');
      column = indent;
    } else if (line_has_word) {
      result += ' ';
      ++column;
    }
    result += word;
    column += width_of(word);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return result;
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto [size, value] = first_character(text);
    if (value < 0x20 || (value >= 0x7F && value < 0xA0)) {
      result += escape_of(value);
    } else if (value == 0xFFFD) {
      result += "\xEF\xBF\xBD";
    } else {
      result += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return result;
}

Utf8Character first_character(std::string_view text) {
  const size_t size = announced_size(static_cast<unsigned char>(text.front()));
  if (size == 0 || size > text.size()) return {};
  if (size == 1) return {1, static_cast<char32_t>(text.front())};
  char32_t value = static_cast<unsigned char>(text.front()) & (0x7Fu >> size);
  for (size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    value = value << 6 | (byte & 0x3Fu);
  }
  if (is_overlong_or_surrogate(size, value)) return {};
  return {size, value};
}

}  // namespace harness

// The small words of reports: counts, durations, wrapped sentences, and text that is safe to print.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace harness {

// "1 case", "63 cases".
std::string counted(int64_t count, std::string_view noun);

// "9 mutants caught" when all are, "8 of 9 mutants caught" when not.
std::string counted_of(int64_t count, int64_t all, std::string_view noun, std::string_view what);

// A length of time for people: "840 ms", "1.2 s", "3 min 20 s".
std::string duration_words(int64_t duration_ns);

// A point on a case's own clock: "0.412 ms".
std::string clock_words(int64_t time_ns);

// Broken between words so that no line is longer than `width` characters; lines after the first begin with
// `indent` spaces, and the first is taken to begin at `column`. Width 0 leaves the text as it is.
std::string wrapped(std::string_view text, int width, int indent, int column);

// One line that neither breaks a report nor drives a terminal, whatever a subject printed: bytes that are not
// UTF-8 become U+FFFD, control characters their escapes (\n, \x1b).
std::string printable(std::string_view text);

// The next character of a text as UTF-8: how many bytes it takes, and its value, or U+FFFD for a byte that is
// none.
struct Utf8Character {
  size_t size = 1;
  char32_t value = 0xFFFD;
};
Utf8Character first_character(std::string_view text);

}  // namespace harness

#include "report/wording.h"

#include <boost/test/unit_test.hpp>

namespace harness {

BOOST_AUTO_TEST_SUITE(wording)

BOOST_AUTO_TEST_CASE(counts_are_said_as_people_say_them) {
  BOOST_TEST(counted(1, "case") == "1 case");
  BOOST_TEST(counted(63, "case") == "63 cases");
  BOOST_TEST(counted_of(9, 9, "mutant", "caught") == "9 mutants caught");
  BOOST_TEST(counted_of(8, 9, "mutant", "caught") == "8 of 9 mutants caught");
  BOOST_TEST(counted_of(5, 5, "", "correct pass") == "5 correct pass");
}

BOOST_AUTO_TEST_CASE(durations_have_the_unit_that_fits) {
  BOOST_TEST(duration_words(12'400'000) == "12 ms");
  BOOST_TEST(duration_words(1'240'000'000) == "1.2 s");
  BOOST_TEST(duration_words(200'000'000'000) == "3 min 20 s");
  BOOST_TEST(clock_words(412'000) == "0.412 ms");
}

BOOST_AUTO_TEST_CASE(sentences_break_between_words_and_never_inside_one) {
  BOOST_TEST(wrapped("one two three", 9, 2, 0) == "one two\n  three");
  BOOST_TEST(wrapped("one-very-long-word two", 9, 2, 0) == "one-very-long-word\n  two");
  BOOST_TEST(wrapped("one two three", 0, 2, 0) == "one two three");
  BOOST_TEST(wrapped("äöü äöü", 7, 0, 0) == "äöü äöü");  // characters are counted, not bytes
}

BOOST_AUTO_TEST_CASE(nothing_that_a_subject_printed_drives_a_terminal) {
  BOOST_TEST(printable("a\nb\x1b[31m\x7f") == "a\\nb\\x1b[31m\\x7f");
  BOOST_TEST(printable("caf\xc3\xa9") == "caf\xc3\xa9");
  BOOST_TEST(printable("\xc2\x9b") == "\\x9b");  // a control sequence introducer in one character
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_become_replacement_characters) {
  constexpr const char* kReplaced = "\xEF\xBF\xBD";
  BOOST_TEST(printable("\xff") == kReplaced);
  BOOST_TEST(printable("\xc3") == kReplaced);                                               // cut off
  BOOST_TEST(printable("\xc0\xaf") == std::string(kReplaced) + kReplaced);                  // overlong
  BOOST_TEST(printable("\xed\xa0\x80") == std::string(kReplaced) + kReplaced + kReplaced);  // a surrogate
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

#include "os/program.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(program)

BOOST_AUTO_TEST_CASE(the_main_of_this_very_program_is_found) {
  const auto self = inspect_program("/proc/self/exe");
  BOOST_REQUIRE(self.ok());
  BOOST_TEST(self->is_elf);
  BOOST_TEST(self->main != 0u);
  BOOST_TEST(self->main != self->entry);
}

// Debian's programs are stripped: only the code at their entry says where main is.
BOOST_AUTO_TEST_CASE(the_main_of_a_stripped_program_is_found) {
  const auto cat = inspect_program("/bin/cat");
  BOOST_REQUIRE(cat.ok());
  BOOST_TEST(cat->main != 0u);
  BOOST_TEST(cat->probes.empty());
}

BOOST_AUTO_TEST_CASE(a_word_without_a_slash_is_looked_up_in_path) {
  BOOST_TEST(find_program("cat", "").ok());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_run_is_told) {
  BOOST_TEST(find_program("no-such-program", "").error().message.find("not in PATH") != std::string::npos);
  BOOST_TEST(find_program("/etc/passwd", "").error().message.find("not executable") != std::string::npos);
  BOOST_TEST(find_program("/etc", "").error().message.find("is a directory") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

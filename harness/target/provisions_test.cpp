#include "target/provisions.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "record/temporary_folder.h"

namespace harness {
namespace {

// A case with one role that is started in the folder.
Case case_in(const TemporaryFolder& folder, std::vector<std::string> command) {
  Case one{.directory = folder.path(), .deadline_ms = 1000};
  one.roles.push_back({.name = "main", .command = std::move(command)});
  return one;
}

void write_program(const TemporaryFolder& folder, const std::string& name) {
  folder.write(name, "#!/bin/none\n");
  ::chmod(folder.path(name).c_str(), 0755);
}

using Paths = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(provisions)

BOOST_AUTO_TEST_CASE(a_program_and_the_files_that_its_words_name_are_needed) {
  const TemporaryFolder folder;
  write_program(folder, "broker");
  folder.write("settings", "x");
  folder.write("deep/list", "y");
  const Case one = case_in(folder, {"./broker", "settings", "--list=deep/list", "{tmp}/socket", "7", "none"});
  const auto files = provisions_of(one, {});
  BOOST_REQUIRE(files.ok());
  BOOST_CHECK((*files == Paths{folder.path("broker"), folder.path("deep/list"), folder.path("settings")}));
}

BOOST_AUTO_TEST_CASE(what_is_there_already_is_not_needed_again) {
  const TemporaryFolder folder;
  write_program(folder, "broker");
  BOOST_TEST(provisions_of(case_in(folder, {"./broker"}), {folder.path("broker")})->empty());
}

BOOST_AUTO_TEST_CASE(files_of_the_system_stay_here) {
  BOOST_TEST(!is_own_file("/etc/passwd"));
  BOOST_TEST(!is_own_file("/usr/bin/env"));
  BOOST_TEST(is_own_file("/usr/local/lib/mine"));
  BOOST_TEST(is_own_file("/home/me/etc/passwd"));
  const TemporaryFolder folder;
  write_program(folder, "reader");
  BOOST_TEST(provisions_of(case_in(folder, {"./reader", "/etc/passwd"}), {})->size() == 1);
}

BOOST_AUTO_TEST_CASE(a_case_elsewhere_has_absolute_paths_and_a_longer_deadline) {
  const TemporaryFolder folder;
  write_program(folder, "broker");
  const auto fitted = fitted_elsewhere(case_in(folder, {"./broker", "settings"}), 8.5);
  BOOST_REQUIRE(fitted.ok());
  BOOST_TEST(fitted->roles[0].command[0] == folder.path("broker"));
  BOOST_TEST(fitted->roles[0].command[1] == "settings");
  BOOST_TEST(fitted->deadline_ms == 8500);
}

BOOST_AUTO_TEST_CASE(a_deadline_is_never_shortened) {
  const TemporaryFolder folder;
  write_program(folder, "broker");
  BOOST_TEST(fitted_elsewhere(case_in(folder, {"./broker"}), 0.5)->deadline_ms == 1000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

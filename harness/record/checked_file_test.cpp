#include "record/checked_file.h"

#include <sys/resource.h>

#include <csignal>

#include <boost/test/unit_test.hpp>

#include "record/temporary_folder.h"

namespace harness {
namespace {

// Limits how far this process may extend a file, as a small disk would, without needing one.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(checked_file)

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_that_names_the_file_and_the_mend) {
  auto file = CheckedFile::open("/dev/full");  // every write to it says ENOSPC: full(4)
  BOOST_REQUIRE(file.ok());
  const Status written = file->append("a line\n");
  BOOST_REQUIRE(!written.ok());
  BOOST_TEST(
      written.error().message ==
      "cannot write /dev/full: No space left on device; free some space there, or choose another folder with "
      "--out");
  BOOST_TEST(written.error().code == ENOSPC);
  BOOST_CHECK(written.error().blame == Blame::internal);
}

BOOST_AUTO_TEST_CASE(what_did_not_fit_is_taken_back) {
  const TemporaryFolder folder;
  auto file = CheckedFile::open(folder.path("lines"));
  BOOST_REQUIRE(file.ok());
  BOOST_TEST(file->append("first\n").ok());
  {
    const FileSizeLimit limit(10);  // the second line fits in part
    const Status written = file->append("second\n");
    BOOST_REQUIRE(!written.ok());
    BOOST_TEST(written.error().code == EFBIG);
  }
  BOOST_TEST(folder.read("lines") == "first\n");
  BOOST_TEST(file->append("third\n").ok());
  BOOST_TEST(folder.read("lines") == "first\nthird\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_could_not_be_replaced_stays_as_it_was) {
  const TemporaryFolder folder;
  BOOST_TEST(write_whole_file(folder.path("plan"), "old").ok());
  {
    const FileSizeLimit limit(2);
    BOOST_TEST(!write_whole_file(folder.path("plan"), "new and longer").ok());
  }
  BOOST_TEST(folder.read("plan") == "old");
  BOOST_TEST(!folder.has("plan.new"));
}

BOOST_AUTO_TEST_CASE(only_one_holder_at_a_time_claims_a_file) {
  const TemporaryFolder folder;
  auto first = CheckedFile::open(folder.path("history"));
  auto second = CheckedFile::open(folder.path("history"));
  BOOST_TEST(*first->claim());
  BOOST_TEST(!*second->claim());
  BOOST_TEST(first->close().ok());
  BOOST_TEST(*second->claim());
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  const auto text = read_whole_file("/nowhere/plan.json");
  BOOST_REQUIRE(!text.ok());
  BOOST_TEST(text.error().message == "cannot read /nowhere/plan.json: No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

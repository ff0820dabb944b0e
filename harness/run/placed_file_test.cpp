#include "run/placed_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <boost/test/unit_test.hpp>

#include "os/files.h"

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(placed_file)

BOOST_AUTO_TEST_CASE(base64_is_read_with_all_three_paddings) {
  BOOST_TEST(decode_base64("").value() == "");
  BOOST_TEST(decode_base64("Zg==").value() == "f");
  BOOST_TEST(decode_base64("Zm8=").value() == "fo");
  BOOST_TEST(decode_base64("Zm9v").value() == "foo");
  BOOST_TEST(decode_base64("AP+A").value() == std::string("\0\xff\x80", 3));
}

BOOST_AUTO_TEST_CASE(what_is_not_base64_is_refused) {
  for (const char* text : {"Zg", "Zg=", "Z===", "Zm9\n", "Zm=v", "===="}) {
    BOOST_TEST(!decode_base64(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_file_lies_where_it_was_put_with_its_mode_and_its_directories) {
  std::string folder = "/tmp/harness-put-XXXXXX";
  BOOST_REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/a/b/program";
  const auto file = placed_file_from({{"path", path}, {"mode", 0750}, {"data", "Zm9v"}});
  BOOST_REQUIRE(file.ok());
  BOOST_REQUIRE(place(*file).ok());
  BOOST_REQUIRE(place(*file).ok());  // again, over the old one
  struct stat status {};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777) == 0750u);
  BOOST_TEST(read_file(path).value() == "foo");
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(a_put_that_cannot_be_says_its_path) {
  BOOST_TEST(placed_file_from({{"path", "here"}, {"data", ""}}).error().message.find("\"here\"") !=
             std::string::npos);
  BOOST_TEST(placed_file_from({{"path", "/x"}, {"data", "?"}}).error().message.find("/x") !=
             std::string::npos);
  BOOST_TEST(place({.path = "/proc/x/y"}).error().message.find("/proc/x/y") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness

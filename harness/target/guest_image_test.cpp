#include "target/guest_image.h"

#include <boost/test/unit_test.hpp>

#include "base/sha256.h"
#include "record/temporary_folder.h"

namespace harness {
namespace {

// An image of two small files with a manifest that fits.
void write_image(const TemporaryFolder& folder) {
  folder.write("kernel", "a kernel");
  folder.write("initrd", "an initrd");
  folder.write("manifest.json", R"({"schema": "harness-arm64-image/1", "kernel_package": "linux_1",
    "kernel_version": "6.1", "kernel_sha256": ")" +
                                    sha256_hex("a kernel") + R"(", "initrd_sha256": ")" +
                                    sha256_hex("an initrd") + R"("})");
}

Status checked(const TemporaryFolder& folder) {
  const auto image = read_guest_image(folder.path());
  return image ? check_guest_image(*image, folder.path()) : Status(image.error());
}

// What is wrong is the machine's, and the command that mends it is named.
void check_complaint(const Status& status, const std::string& part) {
  BOOST_REQUIRE(!status.ok());
  BOOST_CHECK(status.error().blame == Blame::unavailable);
  BOOST_TEST(status.error().message.find(part) != std::string::npos, status.error().message);
  BOOST_TEST(status.error().message.find("ci/arm64-image") != std::string::npos, status.error().message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(guest_image)

BOOST_AUTO_TEST_CASE(a_whole_image_is_in_order_also_when_asked_again) {
  const TemporaryFolder folder;
  write_image(folder);
  BOOST_TEST(checked(folder).ok());
  BOOST_TEST(checked(folder).ok());
  BOOST_TEST(read_guest_image(folder.path())->kernel_package == "linux_1");
}

BOOST_AUTO_TEST_CASE(a_file_that_changes_after_it_was_checked_is_noticed) {
  const TemporaryFolder folder;
  write_image(folder);
  BOOST_TEST(checked(folder).ok());
  folder.write("initrd", "an initrD");
  check_complaint(checked(folder), sha256_hex("an initrD"));
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_named) {
  const TemporaryFolder folder;
  check_complaint(checked(folder), "there is no guest image");
  write_image(folder);
  std::filesystem::remove(folder.path("kernel"));
  check_complaint(checked(folder), "kernel is missing");
}

BOOST_AUTO_TEST_CASE(a_manifest_of_another_kind_is_refused) {
  const TemporaryFolder folder;
  folder.write("manifest.json", R"({"schema": "harness-arm64-image/2"})");
  check_complaint(checked(folder), "harness-arm64-image/2");
  folder.write("manifest.json", "{");
  check_complaint(checked(folder), "is not JSON");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness

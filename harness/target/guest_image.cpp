#include "target/guest_image.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "os/files.h"
#include "record/checked_file.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSchema = "harness-arm64-image/1";
constexpr const char* kMadeBy = "ci/arm64-image";

Error broken(const std::string& path, const std::string& why) {
  return unavailable(path + " " + why + "; make it again: remove its folder and run " + kMadeBy);
}

// Changes with every change of a file, but for one that is made to be overlooked.
std::string stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "";
  return std::to_string(status.st_ino) + " " + std::to_string(status.st_size) + " " +
         std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) + " " +
         std::to_string(status.st_ctim.tv_sec) + "." + std::to_string(status.st_ctim.tv_nsec);
}

Status check_file(const std::string& path, const std::string& expected, const std::string& notes) {
  const std::string note = notes + "/" + fs::path(path).filename().string() + ".checked";
  const std::string text = stamp_of(path) + " " + expected + "\n";
  if (const auto known = read_file(note); known && *known == text) return done();
  const auto content = read_file(path);
  if (!content) return broken(path, "cannot be read");
  const std::string actual = sha256_hex(*content);
  if (actual != expected) return broken(path, "has sha256 " + actual + ", its manifest says " + expected);
  // Without a place for the note the file is read each time.
  [[maybe_unused]] const Status noted = write_whole_file(note, text);
  return done();
}

}  // namespace

std::string guest_image_directory() {
  if (const char* given = std::getenv("HARNESS_ARM64_IMAGE"); given != nullptr && *given != '\0')
    return given;
  const fs::path here = fs::path(read_link("/proc/self/exe")).parent_path();
  const fs::path installed = here / "../share/harness/arm64-image";
  return (fs::is_directory(installed) ? installed : here / "../arm64-image").lexically_normal().string();
}

Result<GuestImage> read_guest_image(const std::string& directory) {
  const std::string path = directory + "/manifest.json";
  const auto text = read_file(path);
  if (!text) return unavailable("there is no guest image in " + directory + "; make it: " + kMadeBy);
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return broken(path, "is not JSON");
  if (json.value("schema", "") != kSchema)
    return broken(path, "has schema \"" + json.value("schema", "") + "\", expected \"" + kSchema + "\"");
  GuestImage image{.directory = directory,
                   .kernel = directory + "/kernel",
                   .initrd = directory + "/initrd",
                   .kernel_package = json.value("kernel_package", ""),
                   .kernel_version = json.value("kernel_version", ""),
                   .kernel_sha256 = json.value("kernel_sha256", ""),
                   .initrd_sha256 = json.value("initrd_sha256", "")};
  for (const std::string& file : {image.kernel, image.initrd}) {
    if (!exists(file)) return broken(file, "is missing");
  }
  return image;
}

Status check_guest_image(const GuestImage& image, const std::string& notes) {
  TRY(check_file(image.kernel, image.kernel_sha256, notes));
  return check_file(image.initrd, image.initrd_sha256, notes);
}

}  // namespace harness

// GuestImage: what a guest machine boots from, as ci/arm64-image made it.
#pragma once

#include <string>

#include "base/result.h"

namespace harness {

struct GuestImage {
  std::string directory;
  std::string kernel;  // paths
  std::string initrd;
  std::string kernel_package;
  std::string kernel_version;
  std::string kernel_sha256;
  std::string initrd_sha256;
};

// Where it lies: beside the harness's own build or installation; HARNESS_ARM64_IMAGE overrides.
std::string guest_image_directory();

// Reads the manifest. Errors (unavailable) say what is missing or wrong, and the command that mends it.
Result<GuestImage> read_guest_image(const std::string& directory);

// Compares the files with the manifest's checksums. What was found right is noted in `notes`, a directory of
// ours, so that a file is read again only when it has changed.
Status check_guest_image(const GuestImage& image, const std::string& notes);

}  // namespace harness

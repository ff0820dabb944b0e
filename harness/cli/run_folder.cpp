#include "cli/run_folder.h"

#include <fmt/chrono.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>

namespace harness {
namespace {

namespace fs = std::filesystem;

}  // namespace

HostInfo this_host() {
  utsname name{};
  ::uname(&name);
  return {.kernel = std::string(name.sysname) + " " + name.release,
          .arch = name.machine,
          .cpus = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)),
          .emulated = false};
}

std::string new_run_id() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(now), ::getpid());
}

std::string now_iso() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

void point_latest_at(const fs::path& folder) {
  std::error_code error;
  const fs::path temporary = folder.parent_path() / (".latest-" + std::to_string(::getpid()));
  fs::create_directory_symlink(folder.filename(), temporary, error);
  fs::rename(temporary, folder.parent_path() / "latest", error);
  if (error) fs::remove(temporary, error);
}

}  // namespace harness

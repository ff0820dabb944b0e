#include "os/shm_limit.h"

#include <sys/mount.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <string>

namespace harness {
namespace {

constexpr const char* kSharedMemory = "/dev/shm";

// Only ever called for a mount that is the worker's own.
Status resize(uint64_t bytes) {
  const std::string options = "size=" + std::to_string(bytes);
  if (::mount(nullptr, kSharedMemory, nullptr, MS_REMOUNT | MS_NOSUID | MS_NODEV, options.c_str()) == 0)
    return done();
  return system_error("mount /dev/shm again with " + options);
}

}  // namespace

Result<uint64_t> ShmLimit::set(const Sandbox& sandbox) {
  if (!sandbox.has_mount)
    return unavailable("/dev/shm is the machine's here, since namespaces are denied: it is not filled");
  struct statvfs state;
  if (::statvfs(kSharedMemory, &state) != 0) return system_error("statvfs /dev/shm");
  const uint64_t taken = state.f_blocks - state.f_bfree;
  const uint64_t limit = std::max<uint64_t>(taken, 1) * state.f_frsize;
  TRY(check_mounts(sandbox));
  TRY(resize(limit));
  if (before_ == 0) before_ = state.f_blocks * state.f_frsize;
  return limit;
}

Status ShmLimit::lift() {
  if (before_ == 0) return done();
  TRY(resize(before_));
  before_ = 0;
  return done();
}

}  // namespace harness

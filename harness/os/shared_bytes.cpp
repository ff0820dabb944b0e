#include "os/shared_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>

#include "os/fd.h"
#include "os/procfs.h"

namespace harness {
namespace {

std::string name_of(std::string path) {
  constexpr std::string_view kDeleted = " (deleted)";  // proc_pid_maps(5)
  if (path.ends_with(kDeleted)) path.resize(path.size() - kDeleted.size());
  path.erase(0, path.rfind('/') + 1);
  return path.starts_with("memfd:") ? path.substr(sizeof("memfd:") - 1) : path;
}

bool has_bytes(const Mapping& mapping, uint64_t offset, size_t count) {
  const uint64_t length = mapping.end - mapping.start;
  return offset >= mapping.offset && offset - mapping.offset <= length &&
         length - (offset - mapping.offset) >= count;
}

// The object opened anew for writing by one of the process's descriptors of it, as any peer that holds one
// could.
Fd reopen(pid_t pid, uint64_t inode) {
  const std::string folder = proc_folder(pid) + "/fd";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    struct stat status;
    if (::stat(entry.path().c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_ino == inode)
      return Fd(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
  }
  return Fd();
}

// The same by its name, where it still has it.
Fd reopen_by_name(const Mapping& mapping) {
  struct stat status;
  const bool is_it = ::stat(mapping.object.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                     status.st_ino == mapping.inode;
  return is_it ? Fd(::open(mapping.object.c_str(), O_RDWR | O_CLOEXEC)) : Fd();
}

Result<uint64_t> truncate_by_descriptor(const Fd& object, const std::string& name, uint64_t size) {
  struct stat status;
  if (::fstat(object.get(), &status) != 0) return system_error("fstat");
  if (::ftruncate(object.get(), static_cast<off_t>(size)) == 0) return static_cast<uint64_t>(status.st_size);
  if (errno == EPERM)
    return unavailable("the shared object " + name + " is sealed: no peer can give it another size");
  return system_error("ftruncate");
}

Status write_by_descriptor(const Fd& object, const std::string& name, uint64_t offset,
                           const std::vector<unsigned char>& bytes, std::vector<unsigned char>& before) {
  const auto size = static_cast<ssize_t>(bytes.size());
  const auto at = static_cast<off_t>(offset);
  if (::pread(object.get(), before.data(), before.size(), at) != size)
    return unavailable("the shared object " + name + " ends before the bytes that are to be written");
  if (::pwrite(object.get(), bytes.data(), bytes.size(), at) == size) return done();
  if (errno == EPERM) return unavailable("the shared object " + name + " is sealed: no peer can write to it");
  return system_error("pwrite");
}

}  // namespace

Result<std::vector<unsigned char>> write_shared_bytes(pid_t pid, const std::string& name, uint64_t offset,
                                                      const std::vector<unsigned char>& bytes) {
  std::vector<unsigned char> before(bytes.size());
  bool is_mapped = false;
  for (const Mapping& mapping : mappings_of(pid)) {
    if (!mapping.is_shared || name_of(mapping.object) != name) continue;
    is_mapped = true;
    if (!has_bytes(mapping, offset, bytes.size())) continue;
    if (mapping.is_writable) {
      const uint64_t address = mapping.start + (offset - mapping.offset);
      const bool is_done = read_memory(pid, address, before.data(), before.size()) &&
                           write_memory(pid, address, bytes.data(), bytes.size());
      if (is_done) return before;
      return unavailable("the shared object " + name + " ends before the bytes that are to be written");
    }
    const Fd object = reopen(pid, mapping.inode);
    if (!object.is_open()) continue;
    TRY(write_by_descriptor(object, name, offset, bytes, before));
    return before;
  }
  if (is_mapped)
    return unavailable("the victim has " + name +
                       " mapped, but not those bytes for writing, and no descriptor of it");
  return unavailable("the victim has nothing mapped with MAP_SHARED that is called " + name);
}

Result<uint64_t> truncate_shared_object(pid_t pid, const std::string& name, uint64_t size) {
  bool is_mapped = false;
  for (const Mapping& mapping : mappings_of(pid)) {
    if (!mapping.is_shared || name_of(mapping.object) != name) continue;
    is_mapped = true;
    Fd object = reopen(pid, mapping.inode);
    if (!object.is_open()) object = reopen_by_name(mapping);
    if (object.is_open()) return truncate_by_descriptor(object, name, size);
  }
  if (is_mapped) return unavailable("the victim has " + name + " mapped, but nothing leads to the object");
  return unavailable("the victim has nothing mapped with MAP_SHARED that is called " + name);
}

}  // namespace harness

#include "sweep/private_memory.h"

#include <string>

#include "os/procfs.h"

namespace harness {
namespace {

constexpr uint64_t kMost = 2 << 20;

}  // namespace

Result<PrivateMemory> PrivateMemory::of(pid_t pid) {
  PrivateMemory memory;
  uint64_t size = 0;
  for (const Mapping& mapping : mappings_of(pid)) {
    if (mapping.is_shared || !mapping.is_writable) continue;
    size += mapping.end - mapping.start;
    if (size > kMost)
      return unavailable("it can write more than " + std::to_string(kMost >> 20) +
                         " MiB of memory of its own");
    Piece piece{.address = mapping.start, .bytes = std::vector<std::byte>(mapping.end - mapping.start)};
    if (!read_memory(pid, piece.address, piece.bytes.data(), piece.bytes.size()))
      return unavailable("its memory cannot be read");
    memory.pieces_.push_back(std::move(piece));
  }
  return memory;
}

Status PrivateMemory::put_back(pid_t pid) const {
  for (const Piece& piece : pieces_) {
    if (!write_memory(pid, piece.address, piece.bytes.data(), piece.bytes.size()))
      return internal_error("a program's memory cannot be put back");
  }
  return done();
}

}  // namespace harness

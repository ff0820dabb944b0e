#include "sweep/arena.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstring>
#include <utility>

#include "os/procfs.h"

namespace harness {

Result<Arena> Arena::make(std::vector<Segment> segments) {
  Arena arena;
  for (Segment& segment : segments) {
    segment.offset = arena.size_;
    arena.size_ += segment.size;
  }
  arena.segments_ = std::move(segments);
  arena.file_ = Fd(::memfd_create("harness-arena", MFD_CLOEXEC));
  if (!arena.file_.is_open()) return system_error("memfd_create");
  if (::ftruncate(arena.file_.get(), static_cast<off_t>(arena.size_)) != 0) return system_error("ftruncate");
  void* memory =
      ::mmap(nullptr, arena.size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, arena.file_.get(), 0);
  if (memory == MAP_FAILED) return system_error("mmap of the arena");
  arena.memory_ = static_cast<std::byte*>(memory);
  return arena;
}

Arena::Arena(Arena&& other) noexcept
    : segments_(std::move(other.segments_)),
      file_(std::move(other.file_)),
      memory_(std::exchange(other.memory_, nullptr)),
      size_(other.size_) {}

Arena::~Arena() {
  if (memory_ != nullptr) ::munmap(memory_, size_);
}

std::byte* Arena::at(uint64_t address, size_t size) const {
  for (const Segment& segment : segments_) {
    const uint64_t inside = address - segment.address;
    if (address >= segment.address && inside < segment.size && segment.size - inside >= size)
      return memory_ + segment.offset + inside;
  }
  return nullptr;
}

uint32_t Arena::word(uint64_t address) const {
  const std::byte* place = at(address, sizeof(uint32_t));
  CHECK(place != nullptr) << "a word outside of the arena";
  return __atomic_load_n(reinterpret_cast<const uint32_t*>(place), __ATOMIC_ACQUIRE);
}

std::string Arena::describe(uint64_t address) const {
  for (const Segment& segment : segments_) {
    if (address >= segment.address && address - segment.address < segment.size)
      return segment.object + "+" + std::to_string(address - segment.address);
  }
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

std::vector<Segment> shared_segments_of(pid_t pid) {
  std::vector<Segment> segments;
  for (Mapping& mapping : mappings_of(pid)) {
    if (!mapping.is_shared || !mapping.is_writable) continue;
    std::string object = std::move(mapping.object);
    if (mapping.offset != 0) object += "+" + std::to_string(mapping.offset);
    segments.push_back(
        {.address = mapping.start, .size = mapping.end - mapping.start, .object = std::move(object)});
  }
  return segments;
}

}  // namespace harness

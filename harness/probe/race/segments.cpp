// Shared memory of this process: which addresses are which bytes of which object.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "probe/race/real.h"
#include "probe/race/runtime.h"

namespace race {

uint64_t lowest = 0, highest = 0;
Mapping mappings[kMappings];
uint32_t mapping_count;

namespace {

int mappings_lock;

void lock_mappings() {
  while (__atomic_exchange_n(&mappings_lock, 1, __ATOMIC_ACQUIRE) != 0) {
  }
}
void unlock_mappings() { __atomic_store_n(&mappings_lock, 0, __ATOMIC_RELEASE); }

// The kernel maps and unmaps whole pages.
uint64_t page_end(uint64_t address) {
  const auto page_bytes = static_cast<uint64_t>(getpagesize());
  return (address + page_bytes - 1) / page_bytes * page_bytes;
}

Mapping* free_mapping() {
  for (uint32_t i = 0; i < mapping_count; ++i) {
    if (mappings[i].end == 0) return &mappings[i];
  }
  return mapping_count < kMappings ? &mappings[mapping_count++] : nullptr;
}

// Under the lock.
void put_mapping(const Mapping& wanted) {
  Mapping* place = free_mapping();
  if (place == nullptr) return say_full(3, "more mappings than there is room for");
  *place = {.begin = wanted.begin, .end = 0, .offset = wanted.offset, .segment = wanted.segment};
  __atomic_store_n(&place->end, wanted.end, __ATOMIC_RELEASE);
  if (lowest == 0 || wanted.begin < lowest) __atomic_store_n(&lowest, wanted.begin, __ATOMIC_RELAXED);
  if (wanted.end > highest) __atomic_store_n(&highest, wanted.end, __ATOMIC_RELAXED);
}

void add_mapping(uint64_t begin, uint64_t length, uint64_t offset, uint32_t segment) {
  lock_mappings();
  put_mapping({.begin = begin, .end = page_end(begin + length), .offset = offset, .segment = segment});
  unlock_mappings();
}

// What lies behind the gap becomes a mapping of its own before the whole is cut, so that who looks meanwhile
// finds it.
void remove_mappings(uint64_t begin, uint64_t length) {
  if (mapping_count == 0 || length == 0) return;
  const uint64_t end = page_end(begin + length);
  lock_mappings();
  for (uint32_t i = 0; i < mapping_count; ++i) {
    Mapping& one = mappings[i];
    if (one.end == 0 || end <= one.begin || begin >= one.end) continue;
    if (end < one.end)
      put_mapping(
          {.begin = end, .end = one.end, .offset = one.offset + (end - one.begin), .segment = one.segment});
    __atomic_store_n(&one.end, begin > one.begin ? begin : 0, __ATOMIC_RELEASE);
  }
  unlock_mappings();
}

// The number of the object, which is the same in all processes; kSegments when there is no room for more.
uint32_t segment_of(Kind kind, uint64_t device, uint64_t number, const char* name) {
  if (self() == nullptr) return kSegments;
  const bool is_new = take(shadow->segments_lock);
  uint32_t i = 0;
  for (; i < kSegments; ++i) {
    Segment& one = shadow->segments[i];
    if (one.kind == kind && one.device == device && one.number == number) break;
    if (one.kind != Kind::none) continue;
    one.device = device;
    one.number = number;
    snprintf(one.name, sizeof one.name, "%s", name);
    __atomic_store(&one.kind, &kind, __ATOMIC_RELEASE);
    break;
  }
  if (is_new) let_go(shadow->segments_lock);
  if (i == kSegments) say_full(4, "more objects of shared memory than there is room for");
  return i;
}

void name_descriptor(int fd, char (&name)[104]) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, name, sizeof name - 1);
  name[length > 0 ? length : 0] = '\0';
  char* deleted = strstr(name, " (deleted)");
  if (deleted != nullptr) *deleted = '\0';
}

void map_file(uint64_t begin, size_t length, int fd, off_t offset) {
  struct stat file;
  if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return;
  char name[104];
  name_descriptor(fd, name);
  const uint32_t segment = segment_of(Kind::file, file.st_dev, file.st_ino, name);
  if (segment < kSegments) add_mapping(begin, length, static_cast<uint64_t>(offset), segment);
}

// Memory without a file is shared with forked children alone, who have this table as well.
void map_anonymous(uint64_t begin, size_t length) {
  if (self() == nullptr) return;
  const uint64_t number = __atomic_add_fetch(&shadow->anonymous_count, 1, __ATOMIC_RELAXED);
  char name[104];
  snprintf(name, sizeof name, "anonymous memory %llu", static_cast<unsigned long long>(number));
  const uint32_t segment = segment_of(Kind::anonymous, 0, number, name);
  if (segment < kSegments) add_mapping(begin, length, 0, segment);
}

Page* page_of(uint64_t key) {
  const uint64_t home = mixed(key);
  for (uint64_t i = 0; i < 64; ++i) {
    const uint64_t at = (home + i) % kPages;
    uint64_t found = __atomic_load_n(&shadow->page_keys[at], __ATOMIC_RELAXED);
    if (found == 0) {
      __atomic_compare_exchange_n(&shadow->page_keys[at], &found, key, false, __ATOMIC_RELAXED,
                                  __ATOMIC_RELAXED);
      if (found == 0) found = key;
    }
    if (found == key) return &shadow->pages[at];
  }
  say_full(5, "more pages of shared memory than there is room for");
  return nullptr;
}

void* map(void* wanted, size_t length, int protection, int flags, int fd, off_t offset) {
  void* memory = real::mmap(wanted, length, protection, flags, fd, offset);
  if (shadow == nullptr || current.is_inside || memory == MAP_FAILED) return memory;
  const int saved_errno = errno;
  const auto begin = reinterpret_cast<uint64_t>(memory);
  remove_mappings(begin, length);
  const int type = flags & MAP_TYPE;
  const bool is_shared = type == MAP_SHARED || type == MAP_SHARED_VALIDATE;
  if (is_shared && (flags & MAP_ANONYMOUS) != 0) map_anonymous(begin, length);
  if (is_shared && (flags & MAP_ANONYMOUS) == 0) map_file(begin, length, fd, offset);
  errno = saved_errno;
  return memory;
}

}  // namespace

const Mapping* mapping_behind_first(uint64_t address) {
  for (uint32_t i = 1; i < mapping_count; ++i) {
    const Mapping& one = mappings[i];
    if (address >= one.begin && address < one.end) return &one;
  }
  return nullptr;
}

Cell* cell_in_other_page(const Mapping& mapping, uint64_t address) {
  const uint64_t key = page_key(mapping, address);
  Page* page = page_of(key);
  if (page == nullptr) return nullptr;
  current.page_key = 0;  // a handler may come between any two of these
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  current.page = page;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  current.page_key = key;
  return &page->cells[cell_number(mapping, address)];
}

}  // namespace race

RACE_API void* __wrap_mmap(void* wanted, size_t length, int protection, int flags, int fd, off_t offset) {
  return race::map(wanted, length, protection, flags, fd, offset);
}

RACE_API void* __wrap_mmap64(void* wanted, size_t length, int protection, int flags, int fd, off_t offset) {
  return race::map(wanted, length, protection, flags, fd, offset);
}

RACE_API int __wrap_munmap(void* address, size_t length) {
  if (race::shadow != nullptr) race::remove_mappings(reinterpret_cast<uint64_t>(address), length);
  return race::real::munmap(address, length);
}

// The parts that were there keep what is known of them, by their place in the object.
RACE_API void* __wrap_mremap(void* address, size_t old_length, size_t length, int flags, ...) {
  va_list more;
  va_start(more, flags);
  void* wanted = (flags & MREMAP_FIXED) != 0 ? va_arg(more, void*) : nullptr;
  va_end(more);
  const auto old_begin = reinterpret_cast<uint64_t>(address);
  const race::Mapping* known = race::shadow == nullptr ? nullptr : race::mapping_of(old_begin);
  const race::Mapping before = known != nullptr ? *known : race::Mapping{};
  void* memory = race::real::mremap(address, old_length, length, flags, wanted);
  if (race::shadow == nullptr || memory == MAP_FAILED) return memory;
  const auto begin = reinterpret_cast<uint64_t>(memory);
  if ((flags & MREMAP_DONTUNMAP) == 0) race::remove_mappings(old_begin, old_length);
  race::remove_mappings(begin, length);
  if (known != nullptr)
    race::add_mapping(begin, length, before.offset + (old_begin - before.begin), before.segment);
  return memory;
}

RACE_API void* __wrap_shmat(int id, const void* wanted, int flags) {
  void* memory = race::real::shmat(id, wanted, flags);
  if (race::shadow == nullptr || memory == reinterpret_cast<void*>(-1)) return memory;
  const int saved_errno = errno;
  struct shmid_ds state;
  if (shmctl(id, IPC_STAT, &state) == 0) {
    char name[104];
    snprintf(name, sizeof name, "System V segment %d", id);
    const uint32_t segment = race::segment_of(race::Kind::system_v, 0, static_cast<uint32_t>(id), name);
    const auto begin = reinterpret_cast<uint64_t>(memory);
    race::remove_mappings(begin, state.shm_segsz);
    if (segment < race::kSegments) race::add_mapping(begin, state.shm_segsz, 0, segment);
  }
  errno = saved_errno;
  return memory;
}

RACE_API int __wrap_shmdt(const void* address) {
  const race::Mapping* known =
      race::shadow == nullptr ? nullptr : race::mapping_of(reinterpret_cast<uint64_t>(address));
  const race::Mapping before = known != nullptr ? *known : race::Mapping{};
  const int status = race::real::shmdt(address);
  if (status == 0 && known != nullptr) race::remove_mappings(before.begin, before.end - before.begin);
  return status;
}

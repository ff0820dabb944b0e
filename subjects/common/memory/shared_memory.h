// One POSIX shared memory object: made by one process, used by the others only when it is whole.
#pragma once

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>

namespace shared_memory {

// What every shared object begins with. All zero is its right state at birth, as ftruncate(2) leaves it.
struct SharedHeader {
  std::atomic<uint32_t> published;  // a futex word: 0 not yet, 1 whole, 2 not yet and somebody sleeps on it
  std::atomic<uint32_t> attached;   // participants that have come so far; never goes down
};

inline constexpr uint32_t kNotYet = 0;
inline constexpr uint32_t kWhole = 1;
inline constexpr uint32_t kAwaited = 2;

// How often an object that is not there yet is asked for: enough for a maker that was started at the same
// time.
inline constexpr int kOpenTries = 100'000;

inline void* map_and_close(int fd, size_t size) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  const int saved_errno = errno;
  close(fd);
  errno = saved_errno;
  return memory == MAP_FAILED ? nullptr : memory;
}

// A descriptor of the object once it has its size: touching a page beyond the end of it would be SIGBUS
// (mmap(2)).
inline int open_sized(const char* name, size_t size) {
  for (int tries = 0; tries < kOpenTries; ++tries) {
    const int fd = shm_open(name, O_RDWR, 0);
    if (fd < 0 && errno != ENOENT) return -1;
    struct stat status;
    if (fd >= 0 && fstat(fd, &status) == 0 && static_cast<size_t>(status.st_size) >= size) return fd;
    if (fd >= 0) close(fd);
    sched_yield();
  }
  errno = ENOENT;
  return -1;
}

// Not FUTEX_PRIVATE_FLAG: that would look for sleepers of this process only (futex(2)).
inline long futex(std::atomic<uint32_t>& word, int operation, uint32_t value) {
  return syscall(SYS_futex, &word, operation, value, nullptr, nullptr, 0);
}

inline void wait_until_published(SharedHeader& header) {
  while (header.published.load(std::memory_order_acquire) != kWhole) {
    uint32_t seen = kNotYet;
    header.published.compare_exchange_strong(seen, kAwaited, std::memory_order_acquire);
    if (seen != kWhole) futex(header.published, FUTEX_WAIT, kAwaited);
  }
}

// Makes the object `name`, all zero. nullptr, with errno set, when it cannot be made or is there already.
inline void* create_shared(const char* name, size_t size) {
  const int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
  if (fd < 0) return nullptr;
  if (ftruncate(fd, static_cast<off_t>(size)) == 0) return map_and_close(fd, size);
  const int saved_errno = errno;
  close(fd);
  shm_unlink(name);
  errno = saved_errno;
  return nullptr;
}

// Maps the object `name` once its maker has published it. nullptr, with errno set, when nobody makes it.
inline void* open_shared(const char* name, size_t size) {
  const int fd = open_sized(name, size);
  if (fd < 0) return nullptr;
  void* memory = map_and_close(fd, size);
  if (memory != nullptr) wait_until_published(*static_cast<SharedHeader*>(memory));
  return memory;
}

// Says that the object is whole: everything written before is seen by whoever open_shared() lets in.
// The wake is only for those who sleep, so that a run in which nobody comes too early makes no futex call
// here.
inline void publish(SharedHeader& header) {
  if (header.published.exchange(kWhole, std::memory_order_release) == kAwaited) {
    futex(header.published, FUTEX_WAKE, INT_MAX);
  }
}

// Counts this participant in; the last of `participants` takes the name away. From then on the object lives
// by its mappings alone, so whoever crashes later leaves no name behind in /dev/shm.
inline void attach(SharedHeader& header, const char* name, uint32_t participants) {
  if (header.attached.fetch_add(1, std::memory_order_acq_rel) + 1 == participants) shm_unlink(name);
}

}  // namespace shared_memory

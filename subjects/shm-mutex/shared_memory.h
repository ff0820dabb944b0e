// One POSIX shared memory object: made by one process, used by the others only when it is whole.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace shm_mutex {

// What every shared object begins with. All zero is its right state at birth, as ftruncate(2) leaves it.
struct SharedHeader {
  std::atomic<uint32_t> published;  // a futex word: 0 not yet, 1 whole, 2 not yet and somebody sleeps on it
  std::atomic<uint32_t> attached;   // participants that have come so far; never goes down
};

// Makes the object `name`, all zero. nullptr, with errno set, when it cannot be made or is there already.
void* create_shared(const char* name, size_t size);

// Maps the object `name` once its maker has published it. nullptr, with errno set, when nobody makes it.
void* open_shared(const char* name, size_t size);

// Says that the object is whole: everything written before is seen by whoever open_shared() lets in.
void publish(SharedHeader& header);

// Counts this participant in; the last of `participants` takes the name away. From then on the object lives
// by its mappings alone, so whoever crashes later leaves no name behind in /dev/shm.
void attach(SharedHeader& header, const char* name, uint32_t participants);

}  // namespace shm_mutex

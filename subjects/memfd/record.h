// A record of two pages, for which a memfd with a sealed size has room for one only.
//
//     PROGRAM
//
// It asks what the seals refuse and tells the answers (0 or an errno): "shrink" and "grow" of ftruncate(2)
// where both are sealed; "across", the pages that one write across the end took, and "at-end", the write
// after that; "stored", the pages of the record that it believes to be stored; then, with F_SEAL_WRITE as
// well, "mapped" of a mapping for reading and "made-writable" of mprotect(2) on it. Exit status: 0 done, 2 no
// memfd.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include "probe/probe.h"

namespace memfd {

// Stores the record, and returns how many bytes of it are stored.
using Stored = size_t (*)(int fd, const std::vector<char>& record);

inline void tell(const char* name, int64_t value) { harness_observe(name, 1, &value); }
inline int64_t error_of(int result) { return result == 0 ? 0 : errno; }

// A sealed size makes a write short at the end, and only the next one is refused.
inline size_t write_until_refused(int fd, const std::vector<char>& record) {
  size_t stored = 0;
  while (stored < record.size()) {
    const ssize_t taken =
        pwrite(fd, record.data() + stored, record.size() - stored, static_cast<off_t>(stored));
    if (taken <= 0) break;
    stored += static_cast<size_t>(taken);
  }
  return stored;
}

inline void tell_sizes(int fd, off_t page) {
  tell("shrink", error_of(ftruncate(fd, page / 2)));
  tell("grow", error_of(ftruncate(fd, page * 2)));
}

inline void tell_writes(int fd, const std::vector<char>& record, size_t page) {
  const ssize_t taken = pwrite(fd, record.data(), record.size(), 0);
  tell("across", taken / static_cast<ssize_t>(page));
  tell("at-end", pwrite(fd, record.data(), 1, static_cast<off_t>(page)) < 0 ? errno : 0);
}

inline void tell_mapping(int fd, size_t page) {
  void* memory = mmap(nullptr, page, PROT_READ, MAP_SHARED, fd, 0);
  tell("mapped", memory == MAP_FAILED ? errno : 0);
  tell("made-writable", error_of(mprotect(memory, page, PROT_READ | PROT_WRITE)));
}

// main() of every variant.
inline int store_record(Stored store) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const std::vector<char> record(2 * page, 'r');
  const int fd = memfd_create("record", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || ftruncate(fd, static_cast<off_t>(page)) != 0) return 2;
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) return 2;
  HARNESS_PROBE("record.sealed");
  tell_sizes(fd, static_cast<off_t>(page));
  tell_writes(fd, record, page);
  tell("stored", static_cast<int64_t>(store(fd, record) / page));
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) != 0) return 2;
  tell_mapping(fd, page);
  return 0;
}

}  // namespace memfd

// A counter in shared memory under a lock on the shared object's own file (common/memory/section.h has the
// command line and the probes).
//
// The kernel takes a file lock from its holder when the last descriptor of it is closed, and so at its death,
// and never says that it did (fcntl(2), flock(2)): the counter, which is stored in one step, is whole either
// way.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../common/memory/section.h"

namespace shm_counter {

using shared_memory::Run;
using shared_memory::Section;

// A process's own open file description of the object: opened before the last one to come removes its name,
// in come(). No process forks here.
inline int own_file(const Run& run) {
  static const int file = shm_open(run.options.name, O_RDWR, 0);
  return file;
}

inline bool make_nothing(const Run&) { return true; }
inline void come(const Run& run) { own_file(run); }

inline Section section(int (*acquire)(const Run&), int (*release)(const Run&)) {
  return {.make = make_nothing, .acquire = acquire, .release = release, .come = come};
}

// Takes or lets go of the whole file's lock by a record command of fcntl(2).
inline int lock_record(const Run& run, int command, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  while (fcntl(own_file(run), command, &lock) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace shm_counter

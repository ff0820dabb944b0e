// A System V segment that is found by its key, and whose users come and go.
//
//     PROGRAM first|second|successor --at DIRECTORY
//
// `first` makes the segment and writes the value 1 into it; `second` attaches it and looks at it again at the
// end; `successor` is `first` started again after its death: it goes on with the segment that is there as
// long as anybody uses it. Exit status: 0 done, 2 wrong usage or no segment.
//
// Everybody tells by "segment-found" what it got, and by "value" what it read at last.
#pragma once

#include <sys/ipc.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "probe/probe.h"

namespace sysv_shm {

struct Segment {
  std::atomic<int64_t> value;
};

// The step in which variants differ.
struct Program {
  // The segment of the key for a process that starts as the first one does; -1 when there is none.
  int (*open_as_first)(key_t key);
};

inline int make(key_t key) { return shmget(key, sizeof(Segment), IPC_CREAT | IPC_EXCL | 0600); }
inline int find(key_t key) { return shmget(key, 0, 0); }

inline int users_of(int id) {
  shmid_ds segment{};
  return shmctl(id, IPC_STAT, &segment) == 0 ? static_cast<int>(segment.shm_nattch) : 0;
}

// A dead process is detached by the kernel, and the segment stays (shmctl(2)): an old one without users has
// nothing that anybody waits for.
inline int find_used_or_make(key_t key) {
  const int id = find(key);
  if (id >= 0 && users_of(id) > 0) return id;
  if (id >= 0) shmctl(id, IPC_RMID, nullptr);
  return make(key);
}

inline Segment* attach(int id) {
  void* memory = id < 0 ? reinterpret_cast<void*>(-1) : shmat(id, nullptr, 0);
  return memory == reinterpret_cast<void*>(-1) ? nullptr : static_cast<Segment*>(memory);
}

inline void tell(const char* name, int64_t value) { harness_observe(name, 1, &value); }

// Adds one for whoever looks, and removes the segment when it is the last.
inline int write_and_go(int id, Segment& segment) {
  segment.value.fetch_add(1);
  HARNESS_PROBE("value.written");
  shmdt(&segment);
  if (users_of(id) == 0) shmctl(id, IPC_RMID, nullptr);
  return 0;
}

inline int look_and_go(int id, Segment& segment) {
  HARNESS_PROBE("segment.attached");
  tell("value", segment.value.load());
  shmdt(&segment);
  if (users_of(id) == 0) shmctl(id, IPC_RMID, nullptr);
  return 0;
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  if (argc != 4 || strcmp(argv[2], "--at") != 0) return 2;
  const key_t key = ftok(argv[3], 1);
  HARNESS_PROBE("segment.wanted");
  const bool is_second = strcmp(argv[1], "second") == 0;
  const int id = is_second ? find(key) : program.open_as_first(key);
  Segment* segment = attach(id);
  if (segment == nullptr) return 2;
  return is_second ? look_and_go(id, *segment) : write_and_go(id, *segment);
}

}  // namespace sysv_shm

// A System V semaphore set as a lock. The owner makes it without a key, so that it can be nobody else's, and
// writes its id into the shared memory. The last participant that ends well removes it.
#pragma once

#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>

#include <atomic>

#include "../common/memory/section.h"

namespace sysv_sem {

using shared_memory::Run;
using shared_memory::Section;

struct Lock {
  int id;
  std::atomic<int32_t> users;
};

constexpr unsigned short kToken = 0;  // the semaphore that is the lock
constexpr unsigned short kUsers = 1;  // how many participants there are: SEM_UNDO counts the dead out

// What semctl(2) wants its caller to define.
union Argument {
  int value;
  semid_ds* set;
};

inline int id_of(const Run& run) { return run.lock<Lock>().id; }

inline int operate(int id, unsigned short number, short change, short flags) {
  sembuf operation{.sem_num = number, .sem_op = change, .sem_flg = flags};
  while (semop(id, &operation, 1) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

inline bool make(const Run& run) {
  const int id = semget(IPC_PRIVATE, 2, 0600);
  run.lock<Lock>().id = id;
  return id >= 0 && semctl(id, kToken, SETVAL, Argument{.value = 1}) == 0;
}

// What the kernel gives back for a dead holder is the token, and never a word that it died.
inline int take_with_undo(const Run& run) { return operate(id_of(run), kToken, -1, SEM_UNDO); }

// The same flag both ways: else the undo of the first is never cleared.
inline int give_with_undo(const Run& run) { return operate(id_of(run), kToken, 1, SEM_UNDO); }

inline int take_plainly(const Run& run) { return operate(id_of(run), kToken, -1, 0); }
inline int give_plainly(const Run& run) { return operate(id_of(run), kToken, 1, 0); }

inline void come(const Run& run) { operate(id_of(run), kUsers, 1, SEM_UNDO); }

// Whether anybody else is there is told by the kernel, for the dead too.
inline void leave(const Run& run) {
  const bool have_all_come =
      run.shared.header.attached.load() == static_cast<uint32_t>(run.options.participants);
  if (operate(id_of(run), kUsers, -1, SEM_UNDO) != 0) return;
  if (have_all_come && semctl(id_of(run), kUsers, GETVAL) == 0) semctl(id_of(run), 0, IPC_RMID);
}

inline Section undo_section() {
  return {.make = make, .acquire = take_with_undo, .release = give_with_undo, .come = come, .leave = leave};
}

}  // namespace sysv_sem

// Two resources that are needed together, and two processes that need them in another order.
#pragma once

#include "set.h"

namespace sysv_sem {

// Both in one call: together or not at all (semop(2)).
inline int operate_on_both(int id, short change) {
  sembuf operations[2] = {{.sem_num = 0, .sem_op = change, .sem_flg = SEM_UNDO},
                          {.sem_num = 2, .sem_op = change, .sem_flg = SEM_UNDO}};
  while (semop(id, operations, 2) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

inline int take_both(const Run& run) { return operate_on_both(id_of(run), -1); }
inline int give_both(const Run& run) { return operate_on_both(id_of(run), 1); }

inline bool make_two(const Run& run) {
  const int id = semget(IPC_PRIVATE, 3, 0600);
  run.lock<Lock>().id = id;
  return id >= 0 && semctl(id, 0, SETVAL, Argument{.value = 1}) == 0 &&
         semctl(id, 2, SETVAL, Argument{.value = 1}) == 0;
}

// The owner one way round, the others the other way.
inline int take_one_by_one(const Run& run) {
  const bool is_first = shared_memory::is_owner(run.options);
  const auto first = static_cast<unsigned short>(is_first ? 0 : 2);
  const auto second = static_cast<unsigned short>(is_first ? 2 : 0);
  if (const int error = operate(id_of(run), first, -1, SEM_UNDO)) return error;
  HARNESS_PROBE("half-taken");
  return operate(id_of(run), second, -1, SEM_UNDO);
}

inline Section two_section() {
  return {.make = make_two, .acquire = take_both, .release = give_both, .come = come, .leave = leave};
}

}  // namespace sysv_sem

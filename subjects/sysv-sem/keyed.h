// A set that is found by its key while its maker is still at work on it.
//
//     PROGRAM maker|poster --at DIRECTORY
//
// The maker makes the set, waits for one token and removes the set; the poster gives the token. Exit status:
// 0 done, 2 wrong usage or no set.
#pragma once

#include <sched.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include <cerrno>
#include <cstring>

#include "probe/probe.h"

namespace keyed_sem {

// The step in which variants differ.
struct Program {
  // Whether the poster may use the set.
  bool (*is_ready)(int id);
};

union Argument {
  int value;
  semid_ds* set;
};

// A set has had no operation before its maker's first one, which comes last of all (semget(2)).
inline bool has_had_an_operation(int id) {
  semid_ds set{};
  return semctl(id, 0, IPC_STAT, Argument{.set = &set}) == 0 && set.sem_otime != 0;
}

inline int operate(int id, unsigned short number, short change) {
  sembuf operation{.sem_num = number, .sem_op = change, .sem_flg = 0};
  while (semop(id, &operation, 1) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

inline int make(key_t key) {
  const int id = semget(key, 2, IPC_CREAT | IPC_EXCL | 0600);
  if (id < 0) return 2;
  HARNESS_PROBE("set.made");
  semctl(id, 0, SETVAL, Argument{.value = 0});
  operate(id, 1, 1);
  HARNESS_PROBE("set.ready");
  harness_invoke("wait", 0);
  const int error = operate(id, 0, -1);
  if (error == 0) harness_ok("wait", 0, 0);
  semctl(id, 0, IPC_RMID);
  return error == 0 ? 0 : 2;
}

inline int find(key_t key) {
  int id = -1;
  while ((id = semget(key, 0, 0)) < 0 && errno == ENOENT) sched_yield();
  return id;
}

inline int post(const Program& program, key_t key) {
  const int id = find(key);
  if (id < 0) return 2;
  HARNESS_PROBE("set.found");
  while (!program.is_ready(id)) {
    HARNESS_PROBE("set.not-ready");
    sched_yield();
  }
  const int error = operate(id, 0, 1);
  HARNESS_PROBE("token.given");
  return error == 0 ? 0 : 2;
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  if (argc != 4 || strcmp(argv[2], "--at") != 0) return 2;
  const key_t key = ftok(argv[3], 1);
  if (key == static_cast<key_t>(-1)) return 2;
  return strcmp(argv[1], "maker") == 0 ? make(key) : post(program, key);
}

}  // namespace keyed_sem

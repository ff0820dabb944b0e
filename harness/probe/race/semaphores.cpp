// Semaphores and message queues, POSIX's and System V's: what was done before a post or a send is before
// what is done after the wait or the receipt that it lets through. Which of several posts it was is not told
// apart: all of them are before.
#include <sys/ipc.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>

#include "probe/race/real.h"
#include "probe/race/runtime.h"

namespace race {
namespace {

struct Named {
  sem_t* semaphore;
  uint64_t key;
};
Named named[64];  // of this process; a child that is forked has them too

uint64_t hash_of_name(const char* name) {
  uint64_t hash = 7;
  for (; *name != '\0'; ++name) hash = mixed(hash ^ static_cast<unsigned char>(*name));
  return hash;
}

// The C library maps the file of a named semaphore by itself, so that its address is no known place.
void note_name(sem_t* semaphore, const char* name) {
  for (Named& one : named) {
    if (one.semaphore != nullptr && one.semaphore != semaphore) continue;
    one = {semaphore, mixed(kNamedSemaphore, hash_of_name(name[0] == '/' ? name + 1 : name), 0)};
    return;
  }
  say_full(6, "more named semaphores than there is room for");
}

uint64_t key_of_semaphore(sem_t* semaphore) {
  for (const Named& one : named) {
    if (one.semaphore == semaphore) return one.key;
  }
  return key_of(semaphore);
}

int after_wait_for(int status, sem_t* semaphore) {
  if (shadow != nullptr && status == 0) acquire(key_of_semaphore(semaphore));
  return status;
}

uint64_t key_of_set(int id) { return mixed(kSystemVSemaphore, static_cast<uint32_t>(id), 0); }

// What a semaphore gives back by SEM_UNDO comes from those who died.
int operated(int status, int id) {
  if (shadow == nullptr || status != 0) return status;
  acquire(key_of_set(id));
  acquire_from_dead_owner(key_of_set(id));
  return status;
}

void before_operations(int id, const struct sembuf* operations, size_t count) {
  if (shadow == nullptr) return;
  for (size_t i = 0; i < count; ++i) {
    if ((operations[i].sem_flg & SEM_UNDO) != 0) set_owner(key_of_set(id), kSeveral);
  }
  release(key_of_set(id));
}

bool is_setting(int command) { return command == SETVAL || command == SETALL || command == IPC_RMID; }

uint64_t key_of_queue(mqd_t queue) {
  struct stat file;
  if (fstat(queue, &file) != 0) return mixed(kDescriptor, 1, 1);
  return mixed(kDescriptor, file.st_dev, file.st_ino);
}

void before_send(mqd_t queue) {
  if (shadow == nullptr) return;
  const int saved_errno = errno;
  release(key_of_queue(queue));
  errno = saved_errno;
}

ssize_t after_receiving(ssize_t count, mqd_t queue) {
  if (shadow == nullptr || count < 0) return count;
  const int saved_errno = errno;
  acquire(key_of_queue(queue));
  errno = saved_errno;
  return count;
}

}  // namespace
}  // namespace race

RACE_API sem_t* __wrap_sem_open(const char* name, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  const unsigned value = (flags & O_CREAT) != 0 ? va_arg(more, unsigned) : 0;
  va_end(more);
  sem_t* semaphore = race::real::sem_open(name, flags, mode, value);
  if (race::shadow != nullptr && semaphore != SEM_FAILED) race::note_name(semaphore, name);
  return semaphore;
}
RACE_API int __wrap_sem_post(sem_t* semaphore) {
  if (race::shadow != nullptr) race::release(race::key_of_semaphore(semaphore));
  return race::real::sem_post(semaphore);
}
RACE_API int __wrap_sem_wait(sem_t* semaphore) {
  return race::after_wait_for(race::real::sem_wait(semaphore), semaphore);
}
RACE_API int __wrap_sem_trywait(sem_t* semaphore) {
  return race::after_wait_for(race::real::sem_trywait(semaphore), semaphore);
}
RACE_API int __wrap_sem_timedwait(sem_t* semaphore, const struct timespec* until) {
  return race::after_wait_for(race::real::sem_timedwait(semaphore, until), semaphore);
}
RACE_API int __wrap_sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* until) {
  return race::after_wait_for(race::real::sem_clockwait(semaphore, clock, until), semaphore);
}

RACE_API int __wrap_semop(int id, struct sembuf* operations, size_t count) {
  race::before_operations(id, operations, count);
  return race::operated(race::real::semop(id, operations, count), id);
}
RACE_API int __wrap_semtimedop(int id, struct sembuf* operations, size_t count,
                               const struct timespec* patience) {
  race::before_operations(id, operations, count);
  return race::operated(race::real::semtimedop(id, operations, count, patience), id);
}

// What the fourth argument is depends on the command, and it is passed on as it came.
RACE_API int __wrap_semctl(int id, int number, int command, ...) {
  va_list more;
  va_start(more, command);
  void* argument = va_arg(more, void*);
  va_end(more);
  if (race::is_setting(command)) race::before_operations(id, nullptr, 0);
  const int status = race::real::semctl(id, number, command, argument);
  if (status >= 0 && !race::is_setting(command)) race::operated(0, id);
  return status;
}

RACE_API int __wrap_msgsnd(int id, const void* message, size_t size, int flags) {
  if (race::shadow != nullptr) race::release(race::mixed(race::kSystemVQueue, static_cast<uint32_t>(id), 0));
  return race::real::msgsnd(id, message, size, flags);
}
RACE_API ssize_t __wrap_msgrcv(int id, void* message, size_t size, long type, int flags) {
  const ssize_t count = race::real::msgrcv(id, message, size, type, flags);
  if (race::shadow != nullptr && count >= 0)
    race::acquire(race::mixed(race::kSystemVQueue, static_cast<uint32_t>(id), 0));
  return count;
}

RACE_API int __wrap_mq_send(mqd_t queue, const char* message, size_t size, unsigned priority) {
  race::before_send(queue);
  return race::real::mq_send(queue, message, size, priority);
}
RACE_API int __wrap_mq_timedsend(mqd_t queue, const char* message, size_t size, unsigned priority,
                                 const struct timespec* until) {
  race::before_send(queue);
  return race::real::mq_timedsend(queue, message, size, priority, until);
}
RACE_API ssize_t __wrap_mq_receive(mqd_t queue, char* message, size_t size, unsigned* priority) {
  return race::after_receiving(race::real::mq_receive(queue, message, size, priority), queue);
}
RACE_API ssize_t __wrap_mq_timedreceive(mqd_t queue, char* message, size_t size, unsigned* priority,
                                        const struct timespec* until) {
  return race::after_receiving(race::real::mq_timedreceive(queue, message, size, priority, until), queue);
}

// Locks of the C library: what was done under one is before what is done under it next. A robust mutex says
// of its owner's death, and so all that the dead did is before what the heir does.
#include <cerrno>

#include "probe/race/real.h"
#include "probe/race/runtime.h"

namespace race {
namespace {

int taken(int status, const volatile void* lock) {
  if (shadow == nullptr || (status != 0 && status != EOWNERDEAD)) return status;
  acquire(key_of(lock));
  if (status == EOWNERDEAD) inherit(key_of(lock));
  set_owner(key_of(lock), own_mark());
  return status;
}

// Readers are not before one another: what one of them writes is a race.
int taken_to_read(int status, const volatile void* lock) {
  if (shadow != nullptr && status == 0) acquire(key_of(lock));
  return status;
}

int taken_to_write(int status, const volatile void* lock) {
  if (shadow == nullptr || status != 0) return status;
  acquire(key_of(lock));
  acquire(key_of(lock, kReaders));
  set_owner(key_of(lock), own_mark());
  return status;
}

void let_go_by_either(const volatile void* lock) {
  if (shadow == nullptr) return;
  const bool is_writer = self() != nullptr && owner_of(key_of(lock)) == own_mark();
  if (is_writer) set_owner(key_of(lock), 0);
  release(key_of(lock, is_writer ? kWord : kReaders));
}

void before_wait(const volatile void* mutex) {
  if (shadow != nullptr) release(key_of(mutex));
}

int after_wait(int status, const volatile void* condition, const volatile void* mutex) {
  if (shadow == nullptr) return status;
  acquire(key_of(mutex));
  if (status == 0 || status == EOWNERDEAD) acquire(key_of(condition, kCondition));
  if (status == EOWNERDEAD) inherit(key_of(mutex));
  if (status == 0 || status == EOWNERDEAD) set_owner(key_of(mutex), own_mark());
  return status;
}

}  // namespace
}  // namespace race

RACE_API int __wrap_pthread_mutex_lock(pthread_mutex_t* lock) {
  return race::taken(race::real::pthread_mutex_lock(lock), lock);
}
RACE_API int __wrap_pthread_mutex_trylock(pthread_mutex_t* lock) {
  return race::taken(race::real::pthread_mutex_trylock(lock), lock);
}
RACE_API int __wrap_pthread_mutex_timedlock(pthread_mutex_t* lock, const struct timespec* until) {
  return race::taken(race::real::pthread_mutex_timedlock(lock, until), lock);
}
RACE_API int __wrap_pthread_mutex_clocklock(pthread_mutex_t* lock, clockid_t clock,
                                            const struct timespec* until) {
  return race::taken(race::real::pthread_mutex_clocklock(lock, clock, until), lock);
}
RACE_API int __wrap_pthread_mutex_unlock(pthread_mutex_t* lock) {
  if (race::shadow != nullptr) race::release(race::key_of(lock));
  return race::real::pthread_mutex_unlock(lock);
}

RACE_API int __wrap_pthread_spin_lock(pthread_spinlock_t* lock) {
  return race::taken(race::real::pthread_spin_lock(lock), lock);
}
RACE_API int __wrap_pthread_spin_trylock(pthread_spinlock_t* lock) {
  return race::taken(race::real::pthread_spin_trylock(lock), lock);
}
RACE_API int __wrap_pthread_spin_unlock(pthread_spinlock_t* lock) {
  if (race::shadow != nullptr) race::release(race::key_of(lock));
  return race::real::pthread_spin_unlock(lock);
}

RACE_API int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  return race::taken_to_read(race::real::pthread_rwlock_rdlock(lock), lock);
}
RACE_API int __wrap_pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
  return race::taken_to_read(race::real::pthread_rwlock_tryrdlock(lock), lock);
}
RACE_API int __wrap_pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const struct timespec* until) {
  return race::taken_to_read(race::real::pthread_rwlock_timedrdlock(lock, until), lock);
}
RACE_API int __wrap_pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock,
                                               const struct timespec* until) {
  return race::taken_to_read(race::real::pthread_rwlock_clockrdlock(lock, clock, until), lock);
}
RACE_API int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  return race::taken_to_write(race::real::pthread_rwlock_wrlock(lock), lock);
}
RACE_API int __wrap_pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
  return race::taken_to_write(race::real::pthread_rwlock_trywrlock(lock), lock);
}
RACE_API int __wrap_pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const struct timespec* until) {
  return race::taken_to_write(race::real::pthread_rwlock_timedwrlock(lock, until), lock);
}
RACE_API int __wrap_pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock,
                                               const struct timespec* until) {
  return race::taken_to_write(race::real::pthread_rwlock_clockwrlock(lock, clock, until), lock);
}
RACE_API int __wrap_pthread_rwlock_unlock(pthread_rwlock_t* lock) {
  race::let_go_by_either(lock);
  return race::real::pthread_rwlock_unlock(lock);
}

RACE_API int __wrap_pthread_barrier_wait(pthread_barrier_t* barrier) {
  if (race::shadow != nullptr) race::release(race::key_of(barrier));
  const int status = race::real::pthread_barrier_wait(barrier);
  const bool is_over = status == 0 || status == PTHREAD_BARRIER_SERIAL_THREAD;
  if (race::shadow != nullptr && is_over) race::acquire(race::key_of(barrier));
  return status;
}

RACE_API int __wrap_pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  race::before_wait(mutex);
  return race::after_wait(race::real::pthread_cond_wait(condition, mutex), condition, mutex);
}
RACE_API int __wrap_pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                           const struct timespec* until) {
  race::before_wait(mutex);
  return race::after_wait(race::real::pthread_cond_timedwait(condition, mutex, until), condition, mutex);
}
RACE_API int __wrap_pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                                           const struct timespec* until) {
  race::before_wait(mutex);
  return race::after_wait(race::real::pthread_cond_clockwait(condition, mutex, clock, until), condition,
                          mutex);
}
RACE_API int __wrap_pthread_cond_signal(pthread_cond_t* condition) {
  if (race::shadow != nullptr) race::release(race::key_of(condition, race::kCondition));
  return race::real::pthread_cond_signal(condition);
}
RACE_API int __wrap_pthread_cond_broadcast(pthread_cond_t* condition) {
  if (race::shadow != nullptr) race::release(race::key_of(condition, race::kCondition));
  return race::real::pthread_cond_broadcast(condition);
}

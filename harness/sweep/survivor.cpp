#include "sweep/survivor.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace harness {
namespace {

uint32_t* word_of(const Lock& lock, const Arena& arena) {
  return reinterpret_cast<uint32_t*>(arena.at(lock.address, sizeof(uint32_t)));
}

pthread_mutex_t* mutex_of(const Lock& lock, const Arena& arena) {
  return reinterpret_cast<pthread_mutex_t*>(arena.at(lock.address, sizeof(pthread_mutex_t)));
}

// A lock that cannot be had is lost when its word names the dead, or names nobody, as that of a mutex that is
// not robust does: there is no other process that could hold it.
Outcome outcome_of_held(const Lock& lock, const Arena& arena, pid_t dead) {
  const uint32_t word = arena.word(lock.address);
  const uint32_t owner = word & FUTEX_TID_MASK;
  const bool is_marked = (word & FUTEX_OWNER_DIED) != 0;
  if (owner == static_cast<uint32_t>(dead) && !is_marked) return Outcome::orphaned;
  const bool names_nobody = lock.kind == Lock::Kind::mutex && (word == 1 || word == 2);
  return names_nobody ? Outcome::orphaned : Outcome::unclear;
}

Outcome try_mutex(const Lock& lock, const Arena& arena, pid_t dead) {
  pthread_mutex_t* mutex = mutex_of(lock, arena);
  const int error = pthread_mutex_trylock(mutex);
  if (error == ENOTRECOVERABLE) return Outcome::unusable;
  if (error == EBUSY) return outcome_of_held(lock, arena, dead);
  if (error != 0 && error != EOWNERDEAD) return Outcome::unclear;
  if (error == EOWNERDEAD && pthread_mutex_consistent(mutex) != 0) return Outcome::unusable;
  if (pthread_mutex_unlock(mutex) != 0) return Outcome::unusable;
  if (pthread_mutex_trylock(mutex) != 0 || pthread_mutex_unlock(mutex) != 0) return Outcome::unusable;
  return error == EOWNERDEAD ? Outcome::owner_died : Outcome::free;
}

Outcome try_word(const Lock& lock, const Arena& arena, pid_t dead) {
  uint32_t* word = word_of(lock, arena);
  uint32_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
  if ((seen & FUTEX_TID_MASK) != 0) return outcome_of_held(lock, arena, dead);
  const bool has_died = (seen & FUTEX_OWNER_DIED) != 0;
  const auto own = static_cast<uint32_t>(::syscall(SYS_gettid));
  if (!__atomic_compare_exchange_n(word, &seen, own, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return Outcome::unclear;
  __atomic_store_n(word, 0U, __ATOMIC_RELEASE);
  return has_died ? Outcome::owner_died : Outcome::free;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::free:
      return "free";
    case Outcome::owner_died:
      return "EOWNERDEAD";
    case Outcome::unusable:
      return "unusable";
    case Outcome::orphaned:
      return "orphaned";
    case Outcome::unclear:
      return "unclear";
  }
  return "";
}

Outcome try_lock(const Lock& lock, const Arena& arena, pid_t dead) {
  return lock.kind == Lock::Kind::mutex ? try_mutex(lock, arena, dead) : try_word(lock, arena, dead);
}

Findings try_locks(const std::vector<Lock>& locks, const Arena& arena, pid_t dead) {
  Findings findings;
  for (const Lock& lock : locks) findings.push_back(try_lock(lock, arena, dead));
  return findings;
}

bool is_held_by(const Lock& lock, const Arena& arena, pid_t tid) {
  const uint32_t word = arena.word(lock.address);
  if ((word & FUTEX_TID_MASK) == static_cast<uint32_t>(tid)) return true;
  return lock.kind == Lock::Kind::mutex && (word == 1 || word == 2);
}

bool is_glibc_distance(uint64_t offset) {
  constexpr auto kWord = offsetof(pthread_mutex_t, __data.__lock);
  constexpr auto kEntry = offsetof(pthread_mutex_t, __data.__list.__next);
  return offset == static_cast<uint64_t>(kWord) - kEntry;
}

}  // namespace harness

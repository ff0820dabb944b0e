// What a program tells by hand (sanitizer/tsan_interface.h, and the dynamic annotations that are older): of
// locks and orders of its own making.
#include "probe/race/runtime.h"

RACE_API void __tsan_acquire(void* address) {
  if (race::shadow != nullptr) race::acquire(race::key_of(address));
}
RACE_API void __tsan_release(void* address) {
  if (race::shadow != nullptr) race::release(race::key_of(address));
}

// These give a file and a line first, and are as the C++ library's and others' headers declare them.
RACE_API void AnnotateHappensBefore(const char*, int, void* address) { __tsan_release(address); }
RACE_API void AnnotateHappensAfter(const char*, int, void* address) { __tsan_acquire(address); }
RACE_API void AnnotateRWLockCreate(const char*, int, void*) {}
RACE_API void AnnotateRWLockDestroy(const char*, int, void*) {}
RACE_API void AnnotateRWLockAcquired(const char*, int, void* lock, long) { __tsan_acquire(lock); }
RACE_API void AnnotateRWLockReleased(const char*, int, void* lock, long) { __tsan_release(lock); }

RACE_API void __tsan_mutex_create(void*, unsigned) {}
RACE_API void __tsan_mutex_destroy(void*, unsigned) {}
RACE_API void __tsan_mutex_pre_lock(void*, unsigned) {}
RACE_API void __tsan_mutex_post_lock(void* lock, unsigned flags, int) {
  constexpr unsigned kFailed = 1U << 5;  // __tsan_mutex_try_lock_failed
  if ((flags & kFailed) == 0) __tsan_acquire(lock);
}
RACE_API int __tsan_mutex_pre_unlock(void* lock, unsigned) {
  __tsan_release(lock);
  return 0;
}
RACE_API void __tsan_mutex_post_unlock(void*, unsigned) {}
RACE_API void __tsan_mutex_pre_signal(void* lock, unsigned) { __tsan_release(lock); }
RACE_API void __tsan_mutex_post_signal(void*, unsigned) {}
RACE_API void __tsan_mutex_pre_divert(void*, unsigned) {}
RACE_API void __tsan_mutex_post_divert(void*, unsigned) {}

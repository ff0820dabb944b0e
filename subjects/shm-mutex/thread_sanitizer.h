// What ThreadSanitizer has to be told of robust mutexes, since the runtime of GCC 12 and of Clang 14 does not
// know it: pthread_mutex_clocklock() is not intercepted, so that the unlock after it is "of an unlocked
// mutex"; and the kernel releases the mutexes of a thread that ends, so that the next owner's is no "double
// lock". It also breaks off when somebody joins the main thread, so that is done behind its back. Nothing of
// this in other builds, and in that for target race, which knows of both by itself.
#pragma once

#include <pthread.h>

#if defined(__SANITIZE_THREAD__) && !defined(HARNESS_RACE)
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>
#endif

namespace shm_mutex {

#if defined(__SANITIZE_THREAD__) && !defined(HARNESS_RACE)

inline void tell_locked(pthread_mutex_t* mutex) {
  __tsan_mutex_pre_lock(mutex, __tsan_mutex_try_lock);
  __tsan_mutex_post_lock(mutex, __tsan_mutex_try_lock, 0);
}

inline void tell_released(pthread_mutex_t* mutex) {
  __tsan_mutex_pre_unlock(mutex, 0);
  __tsan_mutex_post_unlock(mutex, 0);
}

inline int join_main_thread(pthread_t main_thread) {
  void* const libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
  const auto join = reinterpret_cast<decltype(&pthread_join)>(dlsym(libc, "pthread_join"));
  return join(main_thread, nullptr);
}

#else

inline void tell_locked(pthread_mutex_t*) {}
inline void tell_released(pthread_mutex_t*) {}
inline int join_main_thread(pthread_t main_thread) { return pthread_join(main_thread, nullptr); }

#endif

}  // namespace shm_mutex

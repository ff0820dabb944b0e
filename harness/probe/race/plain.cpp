// What gcc and clang call, under -fsanitize=thread, before each access that is not atomic, and at the
// beginning and end of each function (the interface of LLVM's tsan_interface.h); and copies by the C library.
#include <cstring>

#include "probe/race/real.h"
#include "probe/race/runtime.h"

namespace race {
namespace {

inline void plain(const volatile void* address, size_t size, bool is_write, uint64_t at) {
  if (may_be_shared(reinterpret_cast<uint64_t>(address)))
    access(reinterpret_cast<uint64_t>(address), size, is_write, at);
}

}  // namespace
}  // namespace race

RACE_API void __tsan_init() {}

RACE_API void __tsan_func_entry(void* caller) {
  race::Thread& thread = race::current;
  const uint32_t depth = thread.depth++;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);  // what a handler's functions write lies behind this one's
  const auto at = reinterpret_cast<uint64_t>(caller);
  if (depth >= race::kStackKept || thread.stack[depth] == at) return;
  thread.stack[depth] = at;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  if (thread.numbered > depth) thread.numbered = depth;
}

RACE_API void __tsan_func_exit() {
  if (race::current.depth > 0) --race::current.depth;
}

#define RACE_ACCESS(SIZE)                                                                            \
  RACE_API void __tsan_read##SIZE(void* at) { race::plain(at, SIZE, false, RACE_CALLER); }           \
  RACE_API void __tsan_write##SIZE(void* at) { race::plain(at, SIZE, true, RACE_CALLER); }           \
  RACE_API void __tsan_unaligned_read##SIZE(void* at) { race::plain(at, SIZE, false, RACE_CALLER); } \
  RACE_API void __tsan_unaligned_write##SIZE(void* at) { race::plain(at, SIZE, true, RACE_CALLER); } \
  RACE_API void __tsan_volatile_read##SIZE(void* at) { race::plain(at, SIZE, false, RACE_CALLER); }  \
  RACE_API void __tsan_volatile_write##SIZE(void* at) { race::plain(at, SIZE, true, RACE_CALLER); }  \
  RACE_API void __tsan_unaligned_volatile_read##SIZE(void* at) {                                     \
    race::plain(at, SIZE, false, RACE_CALLER);                                                       \
  }                                                                                                  \
  RACE_API void __tsan_unaligned_volatile_write##SIZE(void* at) {                                    \
    race::plain(at, SIZE, true, RACE_CALLER);                                                        \
  }                                                                                                  \
  RACE_API void __tsan_read_write##SIZE(void* at) { race::plain(at, SIZE, true, RACE_CALLER); }      \
  RACE_API void __tsan_unaligned_read_write##SIZE(void* at) { race::plain(at, SIZE, true, RACE_CALLER); }

RACE_ACCESS(1)
RACE_ACCESS(2)
RACE_ACCESS(4)
RACE_ACCESS(8)
RACE_ACCESS(16)

RACE_API void __tsan_read_range(void* at, size_t size) { race::plain(at, size, false, RACE_CALLER); }
RACE_API void __tsan_write_range(void* at, size_t size) { race::plain(at, size, true, RACE_CALLER); }
RACE_API void __tsan_vptr_read(void** at) { race::plain(at, sizeof *at, false, RACE_CALLER); }
RACE_API void __tsan_vptr_update(void** at, void*) { race::plain(at, sizeof *at, true, RACE_CALLER); }

namespace race {
namespace {

inline void copied(void* to, const void* from, size_t size, uint64_t at) {
  plain(from, size, false, at);
  plain(to, size, true, at);
}

}  // namespace
}  // namespace race

// The C library calls these too, also before there are threads: then nothing is shared yet.
#define RACE_COPIES(PREFIX, SUFFIX, ...)                                                        \
  RACE_API void* PREFIX##memcpy##SUFFIX(void* to, const void* from, size_t size __VA_ARGS__) {  \
    race::copied(to, from, size, RACE_CALLER);                                                  \
    return race::real::memcpy(to, from, size);                                                  \
  }                                                                                             \
  RACE_API void* PREFIX##memmove##SUFFIX(void* to, const void* from, size_t size __VA_ARGS__) { \
    race::copied(to, from, size, RACE_CALLER);                                                  \
    return race::real::memmove(to, from, size);                                                 \
  }                                                                                             \
  RACE_API void* PREFIX##memset##SUFFIX(void* to, int value, size_t size __VA_ARGS__) {         \
    race::plain(to, size, true, RACE_CALLER);                                                   \
    return race::real::memset(to, value, size);                                                 \
  }

RACE_COPIES(__wrap_, )
RACE_COPIES(__wrap___, _chk, , size_t)
RACE_COPIES(__tsan_, )

RACE_API int __wrap_memcmp(const void* one, const void* other, size_t size) {
  race::plain(one, size, false, RACE_CALLER);
  race::plain(other, size, false, RACE_CALLER);
  return race::real::memcmp(one, other, size);
}

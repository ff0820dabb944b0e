// Concurrency Kit's ring as foreign_ck_ring.cpp has it. Its headers are no C++. Its atomics are assembly on
// x86-64, of which no compiler tells anybody; what the detector is told in their place is chosen by one of
//   -DANNOTATED  a load takes over what a store has published, by __tsan_acquire and __tsan_release
//   -DAS_ATOMICS they are C's relaxed atomics, and its fences are C's: what the ring itself writes down of
//   its order
#include <ck_pr.h>
#include <stddef.h>

void (*after_copy)(void);  // done by this process when it has copied an item that is not its own yet

#ifdef ANNOTATED
#include <sanitizer/tsan_interface.h>

static unsigned annotated_load(const unsigned* from) {
  const unsigned value = ck_pr_md_load_uint(from);
  __tsan_acquire((void*)from);
  return value;
}
static void annotated_store(unsigned* to, unsigned value) {
  __tsan_release(to);
  ck_pr_md_store_uint(to, value);
}
static bool annotated_cas(unsigned* at, unsigned expected, unsigned wanted, unsigned* found) {
  __tsan_release(at);
  const bool is_done = ck_pr_cas_uint_value(at, expected, wanted, found);
  __tsan_acquire(at);
  return is_done;
}
#undef ck_pr_load_uint
#undef ck_pr_store_uint
#define ck_pr_load_uint annotated_load
#define ck_pr_store_uint annotated_store
#define ck_pr_cas_uint_value annotated_cas
// Where there are several consumers, between the copy and the exchange that makes the item this one's.
#define ck_pr_fence_store_atomic() (after_copy != NULL ? after_copy() : (void)0)
#endif

#ifdef AS_ATOMICS
static bool atomic_cas(unsigned* at, unsigned expected, unsigned wanted, unsigned* found) {
  *found = expected;
  return __atomic_compare_exchange_n(at, found, wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
#undef ck_pr_load_uint
#undef ck_pr_store_uint
#define ck_pr_load_uint(from) __atomic_load_n(from, __ATOMIC_RELAXED)
#define ck_pr_store_uint(to, value) __atomic_store_n(to, value, __ATOMIC_RELAXED)
#define ck_pr_cas_uint_value atomic_cas
#define ck_pr_fence_load() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define ck_pr_fence_store() __atomic_thread_fence(__ATOMIC_RELEASE)
#define ck_pr_fence_store_atomic() __atomic_thread_fence(__ATOMIC_RELEASE)
#endif

#include <ck_ring.h>

struct item {
  uint64_t number;
  uint64_t twice;
};

enum { kSlots = 16 };

struct ring {
  ck_ring_t ring;
  struct item slots[kSlots];
};

CK_RING_PROTOTYPE(item, item)

size_t ring_bytes(void) { return sizeof(struct ring); }
void ring_init(struct ring* of) { ck_ring_init(&of->ring, kSlots); }

bool push_one(struct ring* of, struct item* item) {
  return CK_RING_ENQUEUE_SPSC(item, &of->ring, of->slots, item);
}
bool push_many(struct ring* of, struct item* item) {
  return CK_RING_ENQUEUE_MPMC(item, &of->ring, of->slots, item);
}
bool pop_one(struct ring* of, struct item* item) {
  return CK_RING_DEQUEUE_SPSC(item, &of->ring, of->slots, item);
}
bool pop_many(struct ring* of, struct item* item) {
  return CK_RING_DEQUEUE_MPMC(item, &of->ring, of->slots, item);
}

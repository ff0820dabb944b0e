/* slots.h: a shared segment of equal slots, of which AddressSanitizer knows who may touch what, in every
 * process.
 *
 * AddressSanitizer keeps a shadow of memory for each process, and knows no borders inside a mapping: an
 * overflow from one slot into the next is silent, and what one process poisons is not poisoned to another.
 * Here the shadow of the segment is a part of the segment's own file, which every process maps over its own
 * shadow. So a slot that is not taken, and the red zone behind each, are out of bounds for all of them, and a
 * report names the slot, and the process that gave it back.
 *
 *     struct harness_slots ring;
 *     harness_slots_make(&ring, fd, "ring", 8, 64);      once, on an empty file (memfd_create(2),
 * shm_open(3)) harness_slots_attach(&ring, fd, "ring", 8, 64);    in every other process, also again after an
 * exec char* message = harness_slot_take(&ring, 3);       from now on its 64 bytes may be touched, by all
 *     harness_slot_give_back(&ring, 3);                  nobody may touch it any more
 *     harness_slots_detach(&ring);
 *
 * A forked child has it attached. The descriptor may be closed once attached. All processes of a segment must
 * be built with AddressSanitizer, or none: with it the slots lie further apart. Without it this is a plain
 * mapping of count * bytes, and take and give_back are nothing. With it, link harness-slots.
 *
 * AddressSanitizer knows of eight bytes how many of the first may be touched: a slot that is no multiple of
 * eight is guarded to the byte all the same, since each begins at one.
 */
#ifndef HARNESS_SLOTS_H
#define HARNESS_SLOTS_H

#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HARNESS_SLOTS_ARE_GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HARNESS_SLOTS_ARE_GUARDED 1
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct harness_slots {
  const char* name; /* in reports; must stay where it is */
  char* memory;
  size_t count;
  size_t bytes;  /* of a slot */
  size_t stride; /* from one slot to the next */
  size_t mapped;
  void* guard; /* of AddressSanitizer's build alone */
};

/* What slots.c has, for programs that are built with AddressSanitizer. */
int harness_guarded_slots_attach(struct harness_slots* slots, int fd, int is_new);
void harness_guarded_slots_detach(struct harness_slots* slots);
void harness_guarded_slot_take(struct harness_slots* slots, size_t index);
void harness_guarded_slot_give_back(struct harness_slots* slots, size_t index);

static inline int harness_slots_open(struct harness_slots* slots, int fd, const char* name, size_t count,
                                     size_t bytes, int is_new) {
  slots->name = name;
  slots->count = count;
  slots->bytes = bytes;
#ifdef HARNESS_SLOTS_ARE_GUARDED
  return harness_guarded_slots_attach(slots, fd, is_new);
#else
  slots->stride = bytes;
  slots->mapped = count * bytes;
  slots->guard = NULL;
  if (is_new && ftruncate(fd, (off_t)slots->mapped) != 0) return -1;
  void* const memory = mmap(NULL, slots->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  slots->memory = (char*)memory;
  return memory == MAP_FAILED ? -1 : 0;
#endif
}

/* Gives the file its size and attaches it; no slot is taken. 0, or -1 with errno (ftruncate(2), mmap(2)). */
static inline int harness_slots_make(struct harness_slots* slots, int fd, const char* name, size_t count,
                                     size_t bytes) {
  return harness_slots_open(slots, fd, name, count, bytes, 1);
}

/* Attaches what another process made, with the same count and bytes. 0, or -1 with errno; EINVAL: a file that
 * is too small for that, as one is that was made without AddressSanitizer. */
static inline int harness_slots_attach(struct harness_slots* slots, int fd, const char* name, size_t count,
                                       size_t bytes) {
  return harness_slots_open(slots, fd, name, count, bytes, 0);
}

/* Unmaps it here. What is taken stays so for the others. */
static inline void harness_slots_detach(struct harness_slots* slots) {
#ifdef HARNESS_SLOTS_ARE_GUARDED
  harness_guarded_slots_detach(slots);
#else
  munmap(slots->memory, slots->mapped);
#endif
}

/* Where a slot lies; whether it may be touched is another matter. */
static inline void* harness_slot(const struct harness_slots* slots, size_t index) {
  return slots->memory + index * slots->stride;
}

static inline void* harness_slot_take(struct harness_slots* slots, size_t index) {
#ifdef HARNESS_SLOTS_ARE_GUARDED
  harness_guarded_slot_take(slots, index);
#endif
  return harness_slot(slots, index);
}

static inline void harness_slot_give_back(struct harness_slots* slots, size_t index) {
#ifdef HARNESS_SLOTS_ARE_GUARDED
  harness_guarded_slot_give_back(slots, index);
#else
  (void)slots;
  (void)index;
#endif
}

#ifdef __cplusplus
}
#endif

#endif

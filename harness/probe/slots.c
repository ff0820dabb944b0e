/* Slots that AddressSanitizer guards in every process (slots.h).
 *
 * The file holds the segment, then its shadow, then who did what to each slot. AddressSanitizer keeps the
 * shadow of address A at (A >> scale) + offset (__asan_get_shadow_mapping); so a segment that begins at a
 * multiple of eight pages, as long as such a multiple, has whole pages of shadow, over which the file's are
 * mapped (MAP_FIXED).
 *
 * This file is compiled without AddressSanitizer: it is what writes the shadow.
 */
#define _GNU_SOURCE
#include "probe/slots.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Of AddressSanitizer's runtime. */
__attribute__((weak)) void __asan_get_shadow_mapping(size_t* scale, size_t* offset);
__attribute__((weak)) void __asan_poison_memory_region(const volatile void* begin, size_t bytes);
__attribute__((weak)) void __asan_unpoison_memory_region(const volatile void* begin, size_t bytes);
__attribute__((weak)) void* __asan_get_report_address(void);
__attribute__((weak)) void __sanitizer_report_error_summary(const char* line);

enum { RED_ZONE_BYTES = 16, SEGMENTS_MAX = 32 };

/* Who has done what to a slot last. */
struct deed {
  int32_t pid;
  int32_t is_taken;
};

/* Those of this process, for reports. */
static struct harness_slots segments[SEGMENTS_MAX];

static size_t rounded_up(size_t number, size_t to) { return (number + to - 1) / to * to; }

/* Eight pages of memory have one of shadow. */
static size_t unit(void) { return (size_t)sysconf(_SC_PAGESIZE) * 8; }

static size_t shadow_bytes(const struct harness_slots* slots) { return slots->mapped / 8; }

static size_t deeds_bytes(const struct harness_slots* slots) {
  return rounded_up(slots->count * sizeof(struct deed), (size_t)sysconf(_SC_PAGESIZE));
}

static size_t file_bytes(const struct harness_slots* slots) {
  return slots->mapped + shadow_bytes(slots) + deeds_bytes(slots);
}

static int has_size(const struct harness_slots* slots, int fd, int is_new) {
  struct stat status;
  if (is_new) return ftruncate(fd, (off_t)file_bytes(slots)) == 0;
  if (fstat(fd, &status) != 0) return 0;
  if ((size_t)status.st_size >= file_bytes(slots)) return 1;
  errno = EINVAL;
  return 0;
}

/* At a multiple of eight pages: as much is reserved as has one in it, and the rest is let go. */
static char* map_segment(const struct harness_slots* slots, int fd) {
  const size_t reserved = slots->mapped + unit();
  char* const begin = mmap(NULL, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (begin == MAP_FAILED) return NULL;
  char* const at = (char*)rounded_up((size_t)begin, unit());
  if (at > begin) munmap(begin, (size_t)(at - begin));
  if (begin + reserved > at + slots->mapped)
    munmap(at + slots->mapped, (size_t)(begin + reserved - at) - slots->mapped);
  const int flags = MAP_SHARED | MAP_FIXED;
  return mmap(at, slots->mapped, PROT_READ | PROT_WRITE, flags, fd, 0) == MAP_FAILED ? NULL : at;
}

static void* shadow_of(const struct harness_slots* slots) {
  size_t scale = 0;
  size_t offset = 0;
  if (__asan_get_shadow_mapping == NULL) return NULL;
  __asan_get_shadow_mapping(&scale, &offset);
  return scale == 3 ? (void*)(((uintptr_t)slots->memory >> scale) + offset) : NULL;
}

static int share_shadow(const struct harness_slots* slots, int fd) {
  void* const shadow = shadow_of(slots);
  if (shadow == NULL) return errno = ENOTSUP, -1;
  void* const at = mmap(shadow, shadow_bytes(slots), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
                        (off_t)slots->mapped);
  return at == MAP_FAILED ? -1 : 0;
}

static void remember(const struct harness_slots* slots) {
  for (size_t i = 0; i < SEGMENTS_MAX; ++i) {
    if (segments[i].memory != NULL) continue;
    segments[i] = *slots;
    return;
  }
}

static void forget(const struct harness_slots* slots) {
  for (size_t i = 0; i < SEGMENTS_MAX; ++i) {
    if (segments[i].memory == slots->memory) segments[i].memory = NULL;
  }
}

int harness_guarded_slots_attach(struct harness_slots* slots, int fd, int is_new) {
  slots->stride = rounded_up(slots->bytes, 8) + RED_ZONE_BYTES;
  slots->mapped = rounded_up(slots->count * slots->stride, unit());
  if (!has_size(slots, fd, is_new)) return -1;
  slots->memory = map_segment(slots, fd);
  slots->guard = mmap(NULL, deeds_bytes(slots), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                      (off_t)(slots->mapped + shadow_bytes(slots)));
  if (slots->memory == NULL || slots->guard == MAP_FAILED || share_shadow(slots, fd) != 0) return -1;
  remember(slots);
  if (is_new) __asan_poison_memory_region(slots->memory, slots->mapped);
  return 0;
}

/* What is poisoned must not be so for what is mapped here next, and has to stay so for the others. */
void harness_guarded_slots_detach(struct harness_slots* slots) {
  forget(slots);
  mmap(shadow_of(slots), shadow_bytes(slots), PROT_READ | PROT_WRITE,
       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  munmap(slots->memory, slots->mapped);
  munmap(slots->guard, deeds_bytes(slots));
  slots->memory = NULL;
}

static void note(const struct harness_slots* slots, size_t index, int is_taken) {
  ((struct deed*)slots->guard)[index] = (struct deed){(int32_t)syscall(SYS_getpid), is_taken};
}

void harness_guarded_slot_take(struct harness_slots* slots, size_t index) {
  note(slots, index, 1);
  __asan_unpoison_memory_region(harness_slot(slots, index), slots->bytes);
}

void harness_guarded_slot_give_back(struct harness_slots* slots, size_t index) {
  note(slots, index, 0);
  __asan_poison_memory_region(harness_slot(slots, index), slots->stride - RED_ZONE_BYTES);
}

/* --- reports -------------------------------------------------------------------------------------------- */

struct text {
  char letters[256];
  size_t length;
};

static void add(struct text* text, const char* more) {
  while (*more != '\0' && text->length < sizeof text->letters - 1) text->letters[text->length++] = *more++;
}

static void add_number(struct text* text, size_t number) {
  char digits[24];
  size_t first = sizeof digits - 1;
  digits[first] = '\0';
  do {
    digits[--first] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  add(text, digits + first);
}

static void describe(struct text* text, const struct harness_slots* slots, size_t offset) {
  const size_t index = offset / slots->stride;
  const size_t within = offset % slots->stride;
  const struct deed deed = ((const struct deed*)slots->guard)[index];
  add(text, "shared slot: ");
  add_number(text, index);
  add(text, " of ");
  add(text, slots->name);
  if (within >= slots->bytes) {
    add(text, ", beyond its ");
    add_number(text, slots->bytes);
    add(text, " bytes at byte ");
    add_number(text, within);
  }
  add(text, deed.pid == 0   ? ", never taken"
            : deed.is_taken ? ", taken by process "
                            : ", given back by process ");
  if (deed.pid != 0) add_number(text, (size_t)deed.pid);
}

/* AddressSanitizer calls it before it writes a report. The line goes where that goes (log_path). */
__attribute__((visibility("default"))) void __asan_on_error(void) {
  if (__asan_get_report_address == NULL || __sanitizer_report_error_summary == NULL) return;
  const char* const address = __asan_get_report_address();
  for (size_t i = 0; i < SEGMENTS_MAX; ++i) {
    const struct harness_slots* const slots = &segments[i];
    if (slots->memory == NULL || address < slots->memory) continue;
    if (address >= slots->memory + slots->count * slots->stride) continue;
    struct text text = {.length = 0};
    describe(&text, slots, (size_t)(address - slots->memory));
    __sanitizer_report_error_summary(text.letters);
  }
}

/* The roles of a scenario as threads of one process, over one mapping: the only way in which ThreadSanitizer
 * sees what they do to each other, since it knows memory by its address and one process at a time.
 *
 * Linked into a program whose roles meet in shared memory alone, with
 *     -Wl,--wrap=main,--wrap=mmap,--wrap=mmap64,--wrap=munmap,--wrap=sem_clockwait
 * it leaves the program as it is, unless its first word is --harness-threads. Then the words that follow are
 * roles: NAME PROBE NTH COUNT ARGUMENT… Each runs the program's own main in a thread; the next one starts
 * when this one has passed PROBE for the NTH time ("" at once), or has ended. The exit status is the first
 * that is not 0, in the order of the roles. A mapping of the same part of the same file is made once, and
 * counted. Where a part of a file comes to lie at two addresses all the same, a line says so: what is done at
 * one is not seen beside what is done at the other (check/sanitizer_report.h).
 *
 * ThreadSanitizer must not see an order that the harness makes, or it would take it for the program's. So
 * this file is compiled without it, and threads wait by futex(2) alone.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe/probe.h"

/* Says in the program file that it can do this (os/program.h). */
__asm__(".pushsection harness_modes,\"a\",%progbits\n\t.asciz \"threads\"\n\t.popsection");

enum { ROLES_MAX = 64, MAPPINGS_MAX = 64 };

struct role {
  const char* probe;
  int nth;
  int argc;
  char** argv;
  int status;
  int passed;        /* by this role's thread alone */
  uint32_t is_ready; /* a futex */
  pthread_t thread;
};

struct mapping {
  dev_t device;
  ino_t inode;
  off_t offset;
  size_t length;
  int protection;
  void* address;
  int uses;      /* 0: free */
  int is_placed; /* at an address that its thread chose: nobody else is given it */
};

/* What -Wl,--wrap makes of the program's own. */
int __real_main(int argc, char** argv);
void* __real_mmap(void* wanted, size_t length, int protection, int flags, int descriptor, off_t offset);
int __real_munmap(void* address, size_t length);
int __real_sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* until);

/* Of ThreadSanitizer's runtime, where it is there. */
__attribute__((weak)) void __tsan_acquire(void* address);

static struct role roles[ROLES_MAX];
static __thread struct role* self;
static struct mapping mappings[MAPPINGS_MAX];
static int mappings_lock;
static int has_said_unseen;

static void lock_mappings(void) {
  while (__atomic_exchange_n(&mappings_lock, 1, __ATOMIC_ACQUIRE) != 0) sched_yield();
}

static void unlock_mappings(void) { __atomic_store_n(&mappings_lock, 0, __ATOMIC_RELEASE); }

static void say_ready(struct role* role) {
  __atomic_store_n(&role->is_ready, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, &role->is_ready, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void wait_ready(struct role* role) {
  while (__atomic_load_n(&role->is_ready, __ATOMIC_ACQUIRE) == 0)
    syscall(SYS_futex, &role->is_ready, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static void on_probe(const char* name) {
  if (self == NULL || strcmp(self->probe, name) != 0) return;
  if (++self->passed == self->nth) say_ready(self);
}

static void* run(void* role) {
  self = role;
  self->status = __real_main(self->argc, self->argv);
  say_ready(self);
  return NULL;
}

/* How many words this role took; 0 when they are no role. */
static int read_role(struct role* role, char* program, int argc, char** argv) {
  enum { NAME, PROBE, NTH, COUNT, ARGUMENTS };
  if (argc < ARGUMENTS) return 0;
  const int count = atoi(argv[COUNT]);
  if (count < 0 || count > argc - ARGUMENTS) return 0;
  role->probe = argv[PROBE];
  role->nth = atoi(argv[NTH]);
  role->argc = count + 1;
  role->argv = calloc((size_t)count + 2, sizeof(char*));
  if (role->argv == NULL) return 0;
  role->argv[0] = program;
  memcpy(role->argv + 1, argv + ARGUMENTS, (size_t)count * sizeof(char*));
  return ARGUMENTS + count;
}

static int run_roles(int argc, char** argv) {
  int count = 0;
  for (int at = 2; at < argc; ++count) {
    const int words = count == ROLES_MAX ? 0 : read_role(&roles[count], argv[0], argc - at, argv + at);
    if (words == 0) {
      fprintf(stderr, "%s: --harness-threads NAME PROBE NTH COUNT ARGUMENT…: word %d is no role\n", argv[0],
              at);
      return 2;
    }
    at += words;
  }
  harness_on_probe = on_probe;
  for (int i = 0; i < count; ++i) {
    if (pthread_create(&roles[i].thread, NULL, run, &roles[i]) != 0) {
      fprintf(stderr, "%s: no thread for role %d\n", argv[0], i + 1);
      _exit(2);
    }
    if (roles[i].probe[0] != '\0') wait_ready(&roles[i]);
  }
  int status = 0;
  for (int i = 0; i < count; ++i) {
    pthread_join(roles[i].thread, NULL);
    if (status == 0) status = roles[i].status;
    free(roles[i].argv);
  }
  return status;
}

int __wrap_main(int argc, char** argv) {
  const int is_threads = argc > 1 && strcmp(argv[1], "--harness-threads") == 0;
  return is_threads ? run_roles(argc, argv) : __real_main(argc, argv);
}

/* Once, and by a system call: the C library's would make an order that ThreadSanitizer sees. */
static void say_unseen(int descriptor, const struct mapping* one, const char* why) {
  if (has_said_unseen++ != 0) return;
  char path[64];
  char file[256];
  char line[512];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  const long known = syscall(SYS_readlinkat, AT_FDCWD, path, file, sizeof file);
  const int size =
      snprintf(line, sizeof line, "harness-threads: not seen: %.*s, %zu bytes from byte %lld on: %s\n",
               known > 0 ? (int)known : 0, file, one->length, (long long)one->offset, why);
  syscall(SYS_write, STDERR_FILENO, line, size);
}

static int is_same(const struct mapping* a, const struct mapping* b) {
  return a->device == b->device && a->inode == b->inode && a->offset == b->offset && a->length == b->length &&
         a->protection == b->protection;
}

/* Whether a byte of a file has two addresses by these. */
static int is_elsewhere(const struct mapping* a, const struct mapping* b) {
  const off_t begin = a->offset > b->offset ? a->offset : b->offset;
  const off_t end_a = a->offset + (off_t)a->length;
  const off_t end_b = b->offset + (off_t)b->length;
  const int overlap = a->device == b->device && a->inode == b->inode && begin < end_a && begin < end_b;
  return overlap && (char*)a->address - a->offset != (char*)b->address - b->offset;
}

/* The counted mapping of this part of this file, or NULL. */
static struct mapping* find_same(const struct mapping* wanted) {
  for (struct mapping* one = mappings; one != mappings + MAPPINGS_MAX; ++one) {
    if (one->uses > 0 && !one->is_placed && is_same(one, wanted)) return one;
  }
  return NULL;
}

static void remember(int descriptor, const struct mapping* made) {
  struct mapping* place = NULL;
  int is_seen = 1;
  for (struct mapping* one = mappings; one != mappings + MAPPINGS_MAX; ++one) {
    if (one->uses == 0) place = one;
    if (one->uses > 0 && is_elsewhere(one, made)) is_seen = 0;
  }
  if (place != NULL) *place = *made;
  if (!is_seen)
    say_unseen(descriptor, made, "they have several addresses, at which accesses are not compared");
  else if (place == NULL)
    say_unseen(descriptor, made, "more mappings than can be followed");
}

void* __wrap_mmap(void* wanted, size_t length, int protection, int flags, int descriptor, off_t offset) {
  struct stat file;
  const int is_shared = self != NULL && (flags & MAP_SHARED) != 0 && descriptor >= 0;
  if (!is_shared || fstat(descriptor, &file) != 0)
    return __real_mmap(wanted, length, protection, flags, descriptor, offset);
  struct mapping made = {file.st_dev, file.st_ino, offset, length, protection, NULL, 1, wanted != NULL};
  lock_mappings();
  struct mapping* same = wanted == NULL ? find_same(&made) : NULL;
  if (same != NULL) {
    ++same->uses;
    made.address = same->address;
  } else {
    made.address = __real_mmap(wanted, length, protection, flags, descriptor, offset);
    if (made.address != MAP_FAILED) remember(descriptor, &made);
  }
  unlock_mappings();
  return made.address;
}

/* The same with offsets of 64 bits, which all have where this runs: what -D_FILE_OFFSET_BITS=64 calls. */
void* __wrap_mmap64(void* wanted, size_t length, int protection, int flags, int descriptor, off_t offset) {
  return __wrap_mmap(wanted, length, protection, flags, descriptor, offset);
}

int __wrap_munmap(void* address, size_t length) {
  lock_mappings();
  for (struct mapping* one = mappings; one != mappings + MAPPINGS_MAX; ++one) {
    if (one->uses == 0 || one->address != address || one->length != length) continue;
    if (--one->uses > 0) {
      unlock_mappings();
      return 0;
    }
    break;
  }
  const int status = __real_munmap(address, length);
  unlock_mappings();
  return status;
}

/* ThreadSanitizer knows sem_wait(3) and sem_timedwait(3), not this one, and would miss the order that it
 * makes. */
int __wrap_sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* until) {
  const int status = __real_sem_clockwait(semaphore, clock, until);
  if (status == 0 && __tsan_acquire != NULL) __tsan_acquire(semaphore);
  return status;
}

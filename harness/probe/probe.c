/* The subject's side of the journal. See probe.h for what it promises and journal.h for the layout. */
#define _GNU_SOURCE
#include "probe/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <fiu-control.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "probe/journal.h"

/* The file that the supervisor laid out: orders for this role. Its points are copied into a child's journal.
 */
static struct harness_journal* journal;
static char journal_path[240];

static struct harness_journal* map_journal(const char* path, int flags, mode_t mode) {
  const int fd = open(path, flags | O_RDWR | O_CLOEXEC, mode);
  if (fd < 0) return NULL;
  struct stat status;
  void* memory = MAP_FAILED;
  if ((flags & O_CREAT) != 0 && ftruncate(fd, sizeof(struct harness_journal)) != 0) {
    close(fd);
    return NULL;
  }
  if (fstat(fd, &status) == 0 && (size_t)status.st_size >= sizeof(struct harness_journal)) {
    memory = mmap(NULL, sizeof(struct harness_journal), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  close(fd);
  return memory == MAP_FAILED ? NULL : memory;
}

/* The same process, which has become another program: it counts anew. */
static struct harness_journal* go_on_in(struct harness_journal* own) {
  memset(own->arrivals, 0, sizeof own->arrivals);
  own->parking.tid = 0;
  return own;
}

/* A forked child that has executed another program has made its journal before. */
static struct harness_journal* reopen_own(const char* path) {
  struct harness_journal* own = map_journal(path, 0, 0);
  if (own == NULL) return NULL;
  if (own->magic == HARNESS_JOURNAL_MAGIC && own->owner_pid == (int32_t)getpid()) return go_on_in(own);
  munmap(own, sizeof *own);
  return NULL;
}

/* A journal of this process's own beside the role's, with the same orders. */
static struct harness_journal* open_own(const struct harness_journal* orders) {
  char path[sizeof journal_path + 16];
  snprintf(path, sizeof path, "%s.%d", journal_path, (int)getpid());
  struct harness_journal* own = map_journal(path, O_CREAT | O_EXCL, 0600);
  if (own == NULL) return reopen_own(path);
  memcpy(own->points, orders->points, sizeof own->points);
  own->point_count = orders->point_count;
  own->armed = orders->armed;
  own->owner_pid = (int32_t)getpid();
  own->magic = HARNESS_JOURNAL_MAGIC;
  return own;
}

static void in_forked_child(void) {
  if (journal == NULL) return;
  struct harness_journal* parents = journal;
  journal = open_own(parents);
  munmap(parents, sizeof *parents);
}

/* Where the probe that this thread is passing returns to, 0 when it is passed by fiu_fail() itself. Allocated
 * with the thread, since a probe may be passed in a signal handler. */
static __thread uint64_t passed_from __attribute__((tls_model("initial-exec")));

void (*harness_on_probe)(const char* name);

int harness_probe(const char* name) {
  if (harness_on_probe != NULL) harness_on_probe(name);
  const uint64_t interrupted = passed_from;
  passed_from = (uint64_t)(uintptr_t)__builtin_return_address(0);
  const int reply = fiu_fail(name);
  passed_from = interrupted;
  return reply;
}

static struct harness_record* reserve(void) {
  const uint64_t slot = __atomic_fetch_add(&journal->record_count, 1, __ATOMIC_RELAXED);
  if (slot >= HARNESS_RECORDS_MAX) return NULL;
  struct harness_record* record = &journal->records[slot];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  record->time_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
  record->pid = (int32_t)getpid();
  record->tid = (int32_t)syscall(SYS_gettid);
  return record;
}

static void finish(struct harness_record* record, enum harness_record_kind kind, const char* name) {
  strncpy(record->name, name, sizeof record->name - 1);
  __atomic_store_n(&record->kind, (uint16_t)kind, __ATOMIC_RELEASE);
}

/* Stops this thread until the supervisor has acted. SIGSTOP of one's own thread reaches a tracer as a stop of
 * just this thread, and a plain parent as a stop of the process: either can tell that it is this stop by
 * parking.tid. */
static int park(int point, int nth) {
  const int tid = (int)syscall(SYS_gettid);
  journal->parking.point = point;
  journal->parking.nth = nth;
  journal->parking.reply = 0;
  journal->parking.return_address = passed_from;
  journal->parking.functions[0] = (uint64_t)(uintptr_t)harness_probe;
  journal->parking.functions[1] = (uint64_t)(uintptr_t)harness_invoke;
  journal->parking.functions[2] = (uint64_t)(uintptr_t)harness_ok;
  journal->parking.functions[3] = (uint64_t)(uintptr_t)harness_fail;
  journal->parking.functions[4] = (uint64_t)(uintptr_t)harness_info;
  journal->parking.functions[5] = (uint64_t)(uintptr_t)harness_observe;
  __atomic_store_n(&journal->parking.tid, tid, __ATOMIC_RELEASE);
  syscall(SYS_tgkill, getpid(), tid, SIGSTOP);
  const int reply = __atomic_load_n(&journal->parking.reply, __ATOMIC_ACQUIRE);
  __atomic_store_n(&journal->parking.tid, 0, __ATOMIC_RELEASE);
  return reply;
}

/* libfiu's external callback: it runs at every fiu_fail() of a registered name, under libfiu's read lock. */
static int at_point(const char* name, int* failnum, void** failinfo, unsigned int* flags) {
  (void)flags;
  if (journal == NULL) return 0;
  const int saved_errno = errno;
  int reply = 0;
  for (uint32_t i = 0; i < journal->point_count; ++i) {
    if (strcmp(journal->points[i].name, name) != 0) continue;
    const int nth = __atomic_add_fetch(&journal->arrivals[i], 1, __ATOMIC_RELAXED);
    struct harness_record* record = reserve();
    if (record != NULL) {
      record->nth = nth;
      finish(record, HARNESS_RECORD_REACHED, name);
    }
    const uint64_t mask = journal->points[i].park_mask;
    const int parks = mask == HARNESS_EVERY_ARRIVAL || (nth <= 64 && (mask >> (nth - 1) & 1) != 0);
    if (parks) reply = park((int)i, nth);
    break;
  }
  errno = saved_errno;
  if (reply == 0) return 0;
  *failnum = reply;
  *failinfo = (void*)(intptr_t)reply;
  return 1;
}

__attribute__((constructor)) static void attach(void) {
  const char* path = getenv("HARNESS_JOURNAL");
  if (path == NULL || strlen(path) >= sizeof journal_path) return;
  strcpy(journal_path, path);
  struct harness_journal* orders = map_journal(path, 0, 0);
  if (orders == NULL || orders->magic != HARNESS_JOURNAL_MAGIC) return;
  int32_t nobody = 0;
  const int32_t self = (int32_t)getpid();
  if (__atomic_compare_exchange_n(&orders->owner_pid, &nobody, self, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    journal = orders;
  } else if (nobody == self) {
    journal = go_on_in(orders);
  } else {
    journal = open_own(orders);
    munmap(orders, sizeof *orders);
    if (journal == NULL) return;
  }
  fiu_init(0);
  for (uint32_t i = 0; i < journal->point_count && i < HARNESS_POINTS_MAX; ++i) {
    fiu_enable_external(journal->points[i].name, 1, NULL, 0, at_point);
  }
  pthread_atfork(NULL, NULL, in_forked_child);
  __atomic_store_n(&journal->attached, 1, __ATOMIC_RELEASE);
}

/* Called before main in a copy of this program that stood there (os/zygote.h): the environment is that of the
 * role which the copy is to play. */
__attribute__((used)) void harness_take_role(char** environment) {
  environ = environment;
  attach();
}

static void note(enum harness_record_kind kind, const char* name, int count, const int64_t* values) {
  if (journal == NULL) return;
  const int saved_errno = errno;
  struct harness_record* record = reserve();
  if (record != NULL) {
    if (count > HARNESS_VALUES_MAX) count = HARNESS_VALUES_MAX;
    for (int i = 0; i < count; ++i) record->values[i] = values[i];
    record->value_count = (uint16_t)count;
    finish(record, kind, name);
  }
  errno = saved_errno;
}

void harness_invoke(const char* operation, int64_t object) {
  note(HARNESS_RECORD_INVOKE, operation, 1, &object);
}

void harness_ok(const char* operation, int64_t object, int64_t result) {
  note(HARNESS_RECORD_OK, operation, 2, (const int64_t[]){object, result});
}

void harness_fail(const char* operation, int64_t object, int64_t result) {
  note(HARNESS_RECORD_FAIL, operation, 2, (const int64_t[]){object, result});
}

void harness_info(const char* operation, int64_t object, int64_t result) {
  note(HARNESS_RECORD_INFO, operation, 2, (const int64_t[]){object, result});
}

void harness_observe(const char* name, int count, const int64_t* values) {
  note(HARNESS_RECORD_OBSERVED, name, count, values);
}

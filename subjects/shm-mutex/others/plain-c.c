/* Two counters behind a robust mutex in shared memory: an ordinary program, which knows nothing of any
 * harness.
 *
 *     plain-c owner|worker /NAME LOGFILE PARTICIPANTS
 *
 * Each participant makes two updates. For each it writes "begin" and "end" to the log while it holds the
 * mutex, and "out" afterwards. Exit status: 0 done, 1 the mutex could not be taken, 2 wrong usage or nothing
 * to work on, 3 the counters were found unequal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef ROBUSTNESS
#define ROBUSTNESS PTHREAD_MUTEX_ROBUST
#endif

enum { ROUNDS = 2, OPEN_TRIES = 100000 };

/* Equal counters, whenever nobody holds the mutex. */
struct shared {
  pthread_mutex_t mutex;
  int ready;    /* set when the mutex is made */
  int attached; /* participants so far: the last removes the name */
  long begun;
  long done;
};

static struct shared* map(int fd) {
  void* memory = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return memory == MAP_FAILED ? NULL : memory;
}

static struct shared* make(const char* name) {
  const int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(struct shared)) != 0) return NULL;
  struct shared* shared = map(fd);
  if (shared == NULL) return NULL;
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, ROBUSTNESS);
  pthread_mutex_init(&shared->mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  __atomic_store_n(&shared->ready, 1, __ATOMIC_RELEASE);
  return shared;
}

/* The object may still be missing or empty when the owner has only just been started. */
static struct shared* open_made(const char* name) {
  struct stat status;
  for (int tries = 0; tries < OPEN_TRIES; ++tries) {
    const int fd = shm_open(name, O_RDWR, 0);
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size >= (off_t)sizeof(struct shared)) {
      struct shared* shared = map(fd);
      while (shared != NULL && __atomic_load_n(&shared->ready, __ATOMIC_ACQUIRE) == 0) sched_yield();
      return shared;
    }
    if (fd >= 0) close(fd);
    sched_yield();
  }
  return NULL;
}

static void say(int log, const char* what, long value) {
  char line[64];
  const int length = snprintf(line, sizeof line, "%d %s %ld\n", (int)getpid(), what, value);
  if (write(log, line, (size_t)length) != length) exit(2);
}

/* An update that its owner did not live to finish is taken back. */
static int lock(struct shared* shared) {
  const int error = pthread_mutex_lock(&shared->mutex);
  if (error != EOWNERDEAD) return error;
  shared->begun = shared->done;
  return pthread_mutex_consistent(&shared->mutex);
}

static int make_update(struct shared* shared, int log) {
  if (lock(shared) != 0) return 1;
  if (shared->begun != shared->done) return 3;
  shared->begun++;
  say(log, "begin", shared->begun);
  shared->done++;
  say(log, "end", shared->done);
  const long value = shared->done;
  pthread_mutex_unlock(&shared->mutex);
  say(log, "out", value);
  return 0;
}

int main(int argc, char** argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: %s owner|worker /NAME LOGFILE PARTICIPANTS\n", argv[0]);
    return 2;
  }
  struct shared* shared = strcmp(argv[1], "owner") == 0 ? make(argv[2]) : open_made(argv[2]);
  const int log = open(argv[3], O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
  if (shared == NULL || log < 0) {
    perror("plain-c");
    return 2;
  }
  if (__atomic_add_fetch(&shared->attached, 1, __ATOMIC_ACQ_REL) == atoi(argv[4])) shm_unlink(argv[2]);
  for (int round = 0; round < ROUNDS; ++round) {
    const int status = make_update(shared, log);
    if (status != 0) return status;
  }
  return 0;
}

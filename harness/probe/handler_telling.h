/* handler_telling.h: lines that are told to the file of handler_log.h, or to standard error. Internal to
 * signal_safety.c.
 *
 * No system call is made to tell one, but for standard error, and getpid(2) once in a child: the file is
 * mapped. */
#ifndef HARNESS_HANDLER_TELLING_H
#define HARNESS_HANDLER_TELLING_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe/handler_log.h"
#include "probe/places.h"

static struct harness_handler_log* log_file;
static int writes_to_stderr;

static int is_watching(void) { return log_file != NULL || writes_to_stderr; }

static void tell(const struct line* line) {
  if (writes_to_stderr) {
    const int saved_errno = errno;
    (void)!syscall(SYS_write, STDERR_FILENO, line->text, line->length);
    errno = saved_errno;
    return;
  }
  const uint32_t length = (uint32_t)line->length;
  const uint32_t at = __atomic_fetch_add(&log_file->used, length, __ATOMIC_RELAXED);
  if (at > sizeof log_file->text || length > sizeof log_file->text - at) return;
  for (uint32_t i = 0; i < length; ++i) log_file->text[at + i] = line->text[i];
}

/* 0: not known yet. A child of clone(2) or vfork(2) passes for its parent. */
static int own_pid;
static void forget_pid(void) { own_pid = 0; }

static void add_pid(struct line* line) {
  if (own_pid == 0) own_pid = (int)syscall(SYS_getpid);
  add_text(line, " pid=");
  add_number(line, (uint64_t)own_pid);
}

static struct harness_handler_log* map_log(const char* path) {
  const int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return NULL;
  struct stat status;
  void* memory = MAP_FAILED;
  if (fstat(fd, &status) == 0 && (size_t)status.st_size >= sizeof(struct harness_handler_log))
    memory = mmap(NULL, sizeof(struct harness_handler_log), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return memory == MAP_FAILED ? NULL : memory;
}

/* "-" is standard error. */
static void open_log(const char* path) {
  own_pid = (int)syscall(SYS_getpid);
  pthread_atfork(NULL, NULL, forget_pid);
  writes_to_stderr = strcmp(path, "-") == 0;
  if (!writes_to_stderr) log_file = map_log(path);
}

#endif

/* A copier from standard input to standard output in records of 64 bytes, with the mistakes that a copier may
 * have as switches. The last record may be shorter. A call that was interrupted is made again; any other
 * error ends the copier with exit status 1. */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { kRecord = 64 };

struct copier {
  int error_is_end;           /* a read that fails is taken for the end */
  int interrupted_is_written; /* a write that was interrupted is not made again */
  int write_error_is_ignored; /* a write that fails is not told */
};

static inline int complain(const char* what) {
  perror(what);
  return 1;
}

/* Reads until the record is whole or the input ends: its bytes, or -1. */
static inline ssize_t read_record(char* record) {
  ssize_t so_far = 0;
  while (so_far < kRecord) {
    const ssize_t count = read(0, record + so_far, (size_t)(kRecord - so_far));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    so_far += count;
  }
  return so_far;
}

static inline int write_record(const struct copier* copier, const char* record, ssize_t count) {
  while (count > 0) {
    const ssize_t written = write(1, record, (size_t)count);
    if (written < 0 && errno == EINTR && !copier->interrupted_is_written) continue;
    if (written < 0 && errno == EINTR) return 0;
    if (written < 0) return -1;
    record += written;
    count -= written;
  }
  return 0;
}

static inline int run_copier(const struct copier* copier) {
  char record[kRecord];
  for (;;) {
    const ssize_t count = read_record(record);
    if (count < 0) return copier->error_is_end ? 0 : complain("read");
    if (count == 0) return 0;
    const int status = write_record(copier, record, count);
    if (status != 0 && !copier->write_error_is_ignored) return complain("write");
  }
}

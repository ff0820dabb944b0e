/* journal.h: the memory that a subject and its supervisor share. Internal: subjects include probe.h.
 *
 * One file per process, on the supervisor's private tmpfs, mapped MAP_SHARED by both: what a process wrote
 * before its SIGKILL is there afterwards. There is no counter that processes share: it would be a
 * synchronisation edge and hide memory-order bugs. Times are CLOCK_MONOTONIC, which one machine's processes
 * agree on.
 *
 * The file's name is in the environment variable HARNESS_JOURNAL. A forked child writes to <file>.<pid>
 * instead, under the same parking orders; a process that becomes another program goes on in its file and
 * counts arrivals anew.
 */
#ifndef HARNESS_JOURNAL_H
#define HARNESS_JOURNAL_H

#include <stdint.h>

enum {
  HARNESS_JOURNAL_MAGIC = 0x68726e32, /* "hrn2": also the version of this layout */
  HARNESS_POINTS_MAX = 128,
  HARNESS_NAME_MAX = 48,
  HARNESS_VALUES_MAX = 4,
  HARNESS_RECORDS_MAX = 8192,
  HARNESS_FUNCTIONS = 6, /* of the probe library, that a program calls; the first passes a probe */
};

/* A point that the supervisor knows; the subject registers each with libfiu by this exact name. */
struct harness_point {
  char name[HARNESS_NAME_MAX];
  uint64_t park_mask;                    /* bit n-1: park at the nth arrival of a process, n = 1…64 */
#define HARNESS_EVERY_ARRIVAL UINT64_MAX /* all bits: park also at those that come after them */
};

enum harness_record_kind {
  HARNESS_RECORD_NONE = 0, /* reserved but never finished: its process died in the middle */
  HARNESS_RECORD_REACHED,
  HARNESS_RECORD_INVOKE,
  HARNESS_RECORD_OK,
  HARNESS_RECORD_FAIL,
  HARNESS_RECORD_INFO,
  HARNESS_RECORD_OBSERVED,
};

struct harness_record {
  int64_t time_ns;
  int32_t pid;
  int32_t tid;
  uint16_t value_count;
  uint16_t kind; /* written last, with release: a record is whole or HARNESS_RECORD_NONE */
  int32_t nth;   /* HARNESS_RECORD_REACHED: which arrival of this process */
  char name[HARNESS_NAME_MAX];
  int64_t values[HARNESS_VALUES_MAX];
};

/* What a parked thread waits for. It has stopped itself by SIGSTOP; the supervisor answers in `reply`, then
 * resumes. */
struct harness_parking {
  int32_t tid;   /* of the parked thread, 0 when none */
  int32_t point; /* index into points */
  int32_t nth;
  int32_t
      reply; /* 0 = go on; otherwise what HARNESS_PROBE returns, which is the errno of fail(errno), or 1 */
  uint64_t return_address; /* of the probe in the program's own code; 0 when it is fiu_fail() itself */
  uint64_t functions[HARNESS_FUNCTIONS];
};

struct harness_journal {
  uint32_t magic;
  int32_t owner_pid;    /* the process that writes here; 0 until one has claimed it */
  uint32_t point_count; /* set by the supervisor */
  uint32_t armed;       /* set by the supervisor: non-zero when some park_mask is */
  struct harness_parking parking;
  uint64_t record_count; /* records reserved, also when more than fit: then some are lost */
  struct harness_point points[HARNESS_POINTS_MAX];
  int32_t arrivals[HARNESS_POINTS_MAX]; /* of owner_pid */
  struct harness_record records[HARNESS_RECORDS_MAX];
  uint32_t attached; /* set by the owner when it can pass points: what it calls from then on is its own */
};

#endif

/* handler_log.h: what the watch over signal handlers (signal_safety.c) writes, and the supervisor reads.
 * Internal.
 *
 * A file whose path stands in the environment variable HARNESS_HANDLERS, mapped MAP_SHARED by every process
 * of a role: no system call is made to write into it, so that the calls which a case counts are the
 * program's, and what was written before a SIGKILL is there afterwards. Its text is lines:
 *
 *     ran signal=10 pid=7 tid=7 handler=(/path/of/program+0x1234)
 *     unsafe function=printf family=stdio signal=10 pid=7 tid=7 interrupted=malloc handler=(…) caller=(…)
 * at=(…) jumped function=siglongjmp family=jump signal=10 pid=7 tid=7 interrupted=malloc handler=(…)
 * caller=(…) at=(…)
 *
 * `ran` is written once for each signal of a process, the others once for each function and caller. A place
 * is a file and an address of it as its program headers have it, or an address alone. `caller` is where the
 * call stands, `at` where the program was when the signal came, `interrupted` the function of the list that
 * it was in then, or "-".
 */
#ifndef HARNESS_HANDLER_LOG_H
#define HARNESS_HANDLER_LOG_H

#include <stdint.h>

enum {
  HARNESS_HANDLER_LOG_BYTES = 65536, /* of the file */
  HARNESS_HANDLER_LINE_BYTES = 1024, /* at most; what is longer is cut */
};

struct harness_handler_log {
  uint32_t used; /* bytes reserved in text, also when more than fit */
  char text[HARNESS_HANDLER_LOG_BYTES - sizeof(uint32_t)];
};

#endif

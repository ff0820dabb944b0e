/* handler_log.h: what the watch over signal handlers (signal_safety.c) writes, and the supervisor reads.
 * Internal.
 *
 * A file whose path stands in the environment variable HARNESS_HANDLERS, mapped MAP_SHARED by every process
 * of a role: no system call is made to write into it, so that the calls which a case counts are the
 * program's, and what was written before a SIGKILL is there afterwards. Its text is lines, each of which is
 * broken here:
 *
 *     ran signal=10 pid=7 handler=(/path/of/program+0x1234)
 *     unsafe function=printf family=stdio signal=10 pid=7 call=3 frames=2 stack=whole
 *         interrupted=malloc handler=(…) caller=(…) at=(…)
 *     frame call=3 pid=7 place=(…)
 *     frame call=3 pid=7 place=(…)
 *     jumped function=free family=allocator signal=10 pid=7 call=4 frames=0 stack=left
 *         interrupted=malloc handler=(…) caller=(…) at=(…)
 *
 * `ran` is written once for each signal of a process, the others once for each function and the calls that
 * led to it. A place is a file and an address of it as its program headers have it, or an address alone.
 * `caller` is where the call stands, `at` where the program was when the signal came, `interrupted` the
 * function of the list that it was in then, or "-".
 *
 * A `frame` is a call around that of its process with that number, the innermost first. Lines of other
 * threads and processes may stand between them, and a file that is full lacks the last ones; `frames` says
 * how many there are. `stack` says what is further out:
 *
 *     whole       nothing: the last is the handler's
 *     longer      more frames than are told
 *     unreadable  what is not known: code that does not say where its caller is
 *     no-room     what was not looked for: an alternate stack that is nearly full
 *     left        nothing of the handler: a jump has left it
 */
#ifndef HARNESS_HANDLER_LOG_H
#define HARNESS_HANDLER_LOG_H

#include <stdint.h>

enum {
  HARNESS_HANDLER_LOG_BYTES = 65536, /* of the file */
  HARNESS_HANDLER_LINE_BYTES = 1024, /* at most; what is longer is cut */
  HARNESS_HANDLER_FRAMES = 16,       /* at most, of a call */
};

struct harness_handler_log {
  uint32_t used; /* bytes reserved in text, also when more than fit */
  char text[HARNESS_HANDLER_LOG_BYTES - sizeof(uint32_t)];
};

#endif

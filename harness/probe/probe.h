/* probe.h: the one door between a subject and the harness.
 *
 * A program that includes this header and links harness-probe can be stopped at named points and can say what
 * it did. Without the harness around it every call here is a few instructions and changes nothing. Plain C,
 * no allocation, async-signal-safe, safe in threads and after fork.
 *
 *     HARNESS_PROBE("lock.held");                  a place where a fault can strike
 *     if (HARNESS_PROBE("disk.full")) return -1;   a libfiu failure point: non-zero when a fault says "fail"
 * here harness_invoke("update", 7);                 an operation begins … harness_ok("update", 7, total); …
 * and took effect
 *
 * HARNESS_PROBE is fiu_fail(3) of libfiu plus a note of the name in the program file, so that the harness
 * knows which probes exist before it starts anything, and of where it returns to. A program that already
 * calls fiu_fail() needs no change at all.
 */
#ifndef HARNESS_PROBE_H
#define HARNESS_PROBE_H

#include <stdint.h>

#ifndef FIU_ENABLE
#define FIU_ENABLE 1
#endif
#include <fiu.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Passes the named point. NAME is a string literal of at most 47 characters: letters, digits, '.', '_', '-'.
 * Returns 0, or non-zero when a fault with the action fail(…) strikes here. */
#define HARNESS_PROBE(NAME) (HARNESS_PROBE_DECLARE(NAME), harness_probe(NAME))

/* fiu_fail(NAME), of which the harness knows where it returns to: instruction points begin there. */
int harness_probe(const char* name);

/* Called at each HARNESS_PROBE, before anything else, when it is set: for probe/threads.c. */
extern void (*harness_on_probe)(const char* name);

/* Writes NAME into the section harness_probes of the program file. Not a mergeable section: the linker would
 * make one string of "updated" and "half-updated". */
#define HARNESS_PROBE_DECLARE(NAME)                                                                        \
  __extension__({                                                                                          \
    __asm__ volatile(".pushsection harness_probes,\"a\",%progbits\n\t.asciz \"" NAME "\"\n\t.popsection"); \
    0;                                                                                                     \
  })

/* Says in the section harness_needs of the program file that the program cannot work without the named
 * ability of the machine (`harness doctor` has the names): where it is missing its cases are skipped by name.
 */
#define HARNESS_NEEDS(NAME) \
  __asm__ volatile(".pushsection harness_needs,\"a\",%progbits\n\t.asciz \"" NAME "\"\n\t.popsection")

/* Operations, for checkers: invoke, then exactly one of
 *   ok    it took effect             fail  it certainly did not: `result` is an errno
 *   info  it is unknown whether it did.
 * `object` names what it was done to (a lock's number), `result` what came of it. An operation that its
 * process did not live to finish counts as info. Names have at most 47 characters.
 *
 * Names that the shipped checkers understand:
 *   "lock"    object = which lock; ok result 0, or EOWNERDEAD when the previous owner died; fail result =
 * errno "unlock"  object = which lock; invoke BEFORE the lock is let go "update"  object = which counter; ok
 * result = the value after it, one more than before
 *   "send"     object = which record; invoke before its first byte; ok result = its bytes, once all of them
 * are written "receive"  object = which record, ok result = its bytes: a whole, good record; fail object 0:
 * reading ended with this errno. No invocation is told: it is not known what will come */
void harness_invoke(const char* operation, int64_t object);
void harness_ok(const char* operation, int64_t object, int64_t result);
void harness_fail(const char* operation, int64_t object, int64_t result);
void harness_info(const char* operation, int64_t object, int64_t result);

/* What was read: up to 4 values under a name. "fields": values that a correct program never shows unequal.
 * "final": object, value: the last value of a counter, read when no one else is left.
 * Of streams: "wrote": record, bytes so far, bytes in all, after a write that did not finish it. "reading":
 * this process will read a stream. "corrupt": the record near which bytes are no record. "truncated": bytes
 * got, bytes wanted of the record that the end cut off. "eof": the end was seen; 1 when the last record was
 * whole. A writer passes the probe link.closing before it closes its end, and link.full whenever it finds no
 * room. The checker `answers` takes any name: the first value is what a call answered.
 * Of messages: "urgency": message, how urgent, before its "send". "looking": the receiver will look for a
 * message now. "empty": one without a byte came. "capacity": how many the queue holds. "drained": all senders
 * have ended and everything is received. "truncated" as above, for a message that was cut. A sender passes
 * the probe queue.full whenever it finds no room. */
void harness_observe(const char* name, int count, const int64_t* values);

#ifdef __cplusplus
}
#endif

#endif

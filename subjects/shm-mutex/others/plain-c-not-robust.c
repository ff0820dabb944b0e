/* plain-c with the attribute that a mutex has when nobody asks for another: nobody is told of an owner's
 * death. */
#define ROBUSTNESS PTHREAD_MUTEX_STALLED
#include "plain-c.c"

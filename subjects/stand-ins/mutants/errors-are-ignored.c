/* Ignores SIGPIPE, and EPIPE as well: a relay without a reader says that all went well. */
#include "../relay.h"

int main(void) {
  const struct relay relay = {.errors_are_ignored = 1};
  return run_relay(&relay);
}

/* Takes EINTR for the end of the stream. */
#include "../relay.h"

int main(void) {
  const struct relay relay = {.interrupted_is_end = 1};
  return run_relay(&relay);
}

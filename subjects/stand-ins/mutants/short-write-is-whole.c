/* Does not look at how much a write took. */
#include "../relay.h"

int main(void) {
  const struct relay relay = {.short_write_is_whole = 1};
  return run_relay(&relay);
}

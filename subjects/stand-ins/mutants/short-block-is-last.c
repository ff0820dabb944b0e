/* Takes a read that gives less than a block for the end of the stream. */
#include "../relay.h"

int main(void) {
  const struct relay relay = {.short_block_is_last = 1};
  return run_relay(&relay);
}

/* Relays all that it gets, whatever reads and writes give. */
#include "../relay.h"

int main(void) {
  const struct relay relay = {0};
  return run_relay(&relay);
}

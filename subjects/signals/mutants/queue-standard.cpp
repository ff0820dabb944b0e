// Mistake: carries messages by a standard signal, of which only one can be pending.
#include "../queue.h"

static int by_standard_signal(int) { return SIGUSR1; }

int main(int argc, char** argv) {
  return signals::run({.number_for = by_standard_signal,
                       .send = signals::send_and_check,
                       .receive_all = signals::receive_by_waiting},
                      argc, argv);
}

// Mistake: relies on the order of signals of several numbers, of which the lowest comes first.
#include "../queue.h"

static int by_turns(int message) { return SIGRTMIN + 2 - message % 2; }

int main(int argc, char** argv) {
  return signals::run(
      {.number_for = by_turns, .send = signals::send_and_check, .receive_all = signals::receive_by_waiting},
      argc, argv);
}
